"""What every address of a console answers to every kind of visitor (tests.all_forms.doors)."""

# The cookies of the last four were given by other sites.
EXPECTED = """
stranger agent supervisor administrator elsewhere analyst operator citizen
inbox:list-cases                       DD L5 L5 L5 DD DD DD DD
inbox:poll-cases                       DD L5 L5 L5 DD DD DD DD
inbox:choose-filter                    DD L5 L5 L5 DD DD DD DD
inbox:list-views                       DD L5 L5 L5 DD DD DD DD
inbox:save-view                        DD LL LL LL DD DD DD DD
inbox:restore-view                     DD 5> 5> 5> DD DD DD DD
inbox:change-view own                  DD >L >L >L DD DD DD DD
inbox:change-view theirs               DD >4 >4 >4 DD DD DD DD
inbox:change-view absent               DD >4 >4 >4 DD DD DD DD
inbox:remove-view own                  DD 5> 5> 5> DD DD DD DD
inbox:remove-view theirs               DD 54 54 54 DD DD DD DD
inbox:remove-view absent               DD 54 54 54 DD DD DD DD
inbox:preview-case own                 DD L5 L5 L5 DD DD DD DD
inbox:preview-case theirs              DD 45 45 45 DD DD DD DD
inbox:preview-case absent              DD 45 45 45 DD DD DD DD
inbox:preview-case unheld              DD L5 L5 L5 DD DD DD DD
inbox:snooze-case own                  DD LL LL LL DD DD DD DD
inbox:snooze-case theirs               DD 44 44 44 DD DD DD DD
inbox:snooze-case absent               DD 44 44 44 DD DD DD DD
inbox:snooze-case unheld               DD LL LL LL DD DD DD DD
casework:show-held                     DD L5 L5 L5 DD DD DD DD
casework:take-back own                 DD 5> 5> 5> DD DD DD DD
casework:take-back theirs              DD 5> 5> 5> DD DD DD DD
casework:take-back absent              DD 5> 5> 5> DD DD DD DD
casework:discard-draft own             DD 5> 5> 5> DD DD DD DD
casework:discard-draft theirs          DD 54 54 54 DD DD DD DD
casework:discard-draft absent          DD 54 54 54 DD DD DD DD
casework:copy-draft own                DD 54 5> 5> DD DD DD DD
casework:copy-draft theirs             DD 54 54 54 DD DD DD DD
casework:copy-draft absent             DD 54 54 54 DD DD DD DD
casework:list-approvals                DD 33 L5 L5 DD DD DD DD
casework:show-approval own             DD 33 >5 >5 DD DD DD DD
casework:show-approval theirs          DD 33 45 45 DD DD DD DD
casework:show-approval absent          DD 33 45 45 DD DD DD DD
casework:approve own                   DD 33 5> 5> DD DD DD DD
casework:approve theirs                DD 33 54 54 DD DD DD DD
casework:approve absent                DD 33 54 54 DD DD DD DD
casework:return-text own               DD 33 >L >L DD DD DD DD
casework:return-text theirs            DD 33 >4 >4 DD DD DD DD
casework:return-text absent            DD 33 >4 >4 DD DD DD DD
casework:show-case own                 DD L5 L5 L5 DD DD DD DD
casework:show-case theirs              DD 45 45 45 DD DD DD DD
casework:show-case absent              DD 45 45 45 DD DD DD DD
casework:show-case unheld              DD L5 L5 L5 DD DD DD DD
casework:show-days own                 DD L5 L5 L5 DD DD DD DD
casework:show-days theirs              DD 45 45 45 DD DD DD DD
casework:show-days absent              DD 45 45 45 DD DD DD DD
casework:show-days unheld              DD L5 L5 L5 DD DD DD DD
casework:show-hints own                DD L5 L5 L5 DD DD DD DD
casework:show-hints theirs             DD 45 45 45 DD DD DD DD
casework:show-hints absent             DD 45 45 45 DD DD DD DD
casework:show-hints unheld             DD L5 L5 L5 DD DD DD DD
casework:change-category own           DD 53 5> 5> DD DD DD DD
casework:change-category theirs        DD 54 54 54 DD DD DD DD
casework:change-category absent        DD 54 54 54 DD DD DD DD
casework:change-category unheld        DD 5> 5> 5> DD DD DD DD
casework:take-case own                 DD 53 5> 5> DD DD DD DD
casework:take-case theirs              DD 54 54 54 DD DD DD DD
casework:take-case absent              DD 54 54 54 DD DD DD DD
casework:take-case unheld              DD 5> 5> 5> DD DD DD DD
casework:leave-case own                DD 53 5> 5> DD DD DD DD
casework:leave-case theirs             DD 54 54 54 DD DD DD DD
casework:leave-case absent             DD 54 54 54 DD DD DD DD
casework:leave-case unheld             DD 5> 5> 5> DD DD DD DD
casework:withdraw-question own         DD 53 5> 5> DD DD DD DD
casework:withdraw-question theirs      DD 54 54 54 DD DD DD DD
casework:withdraw-question absent      DD 54 54 54 DD DD DD DD
casework:withdraw-question unheld      DD 5> 5> 5> DD DD DD DD
casework:merge-case own                DD 33 LL LL DD DD DD DD
casework:merge-case theirs             DD 44 44 44 DD DD DD DD
casework:merge-case absent             DD 44 44 44 DD DD DD DD
casework:merge-case unheld             DD LL LL LL DD DD DD DD
casework:unmerge-case own              DD 53 5> 5> DD DD DD DD
casework:unmerge-case theirs           DD 54 54 54 DD DD DD DD
casework:unmerge-case absent           DD 54 54 54 DD DD DD DD
casework:unmerge-case unheld           DD 5> 5> 5> DD DD DD DD
casework:show-writers own              DD L5 L5 L5 DD DD DD DD
casework:show-writers theirs           DD 45 45 45 DD DD DD DD
casework:show-writers absent           DD 45 45 45 DD DD DD DD
casework:show-writers unheld           DD L5 L5 L5 DD DD DD DD
casework:save-draft own                DD 5L 5L 5L DD DD DD DD
casework:save-draft theirs             DD 54 54 54 DD DD DD DD
casework:save-draft absent             DD 54 54 54 DD DD DD DD
casework:assign-case own               DD 33 LL LL DD DD DD DD
casework:assign-case theirs            DD 33 44 44 DD DD DD DD
casework:assign-case absent            DD 33 44 44 DD DD DD DD
casework:assign-case unheld            DD 33 LL LL DD DD DD DD
casework:label-case own                DD L> L> L> DD DD DD DD
casework:label-case theirs             DD 44 44 44 DD DD DD DD
casework:label-case absent             DD 44 44 44 DD DD DD DD
casework:label-case unheld             DD L> L> L> DD DD DD DD
casework:send-reply own                DD 33 LL LL DD DD DD DD
casework:send-reply theirs             DD 44 44 44 DD DD DD DD
casework:send-reply absent             DD 44 44 44 DD DD DD DD
casework:send-reply unheld             DD LL LL LL DD DD DD DD
casework:refuse-case own               DD 33 LL LL DD DD DD DD
casework:refuse-case theirs            DD 44 44 44 DD DD DD DD
casework:refuse-case absent            DD 44 44 44 DD DD DD DD
casework:refuse-case unheld            DD LL LL LL DD DD DD DD
casework:direct-case own               DD 33 LL LL DD DD DD DD
casework:direct-case theirs            DD 44 44 44 DD DD DD DD
casework:direct-case absent            DD 44 44 44 DD DD DD DD
casework:direct-case unheld            DD LL LL LL DD DD DD DD
casework:ask-question own              DD 33 LL LL DD DD DD DD
casework:ask-question theirs           DD 44 44 44 DD DD DD DD
casework:ask-question absent           DD 44 44 44 DD DD DD DD
casework:ask-question unheld           DD LL LL LL DD DD DD DD
casework:send-message own              DD 33 LL LL DD DD DD DD
casework:send-message theirs           DD 44 44 44 DD DD DD DD
casework:send-message absent           DD 44 44 44 DD DD DD DD
casework:send-message unheld           DD LL LL LL DD DD DD DD
casework:send-interim own              DD 33 LL LL DD DD DD DD
casework:send-interim theirs           DD 44 44 44 DD DD DD DD
casework:send-interim absent           DD 44 44 44 DD DD DD DD
casework:send-interim unheld           DD LL LL LL DD DD DD DD
casework:add-note own                  DD LL LL LL DD DD DD DD
casework:add-note theirs               DD 44 44 44 DD DD DD DD
casework:add-note absent               DD 44 44 44 DD DD DD DD
casework:add-note unheld               DD LL LL LL DD DD DD DD
casework:download-file own             DD L5 L5 L5 DD DD DD DD
casework:download-file theirs          DD 45 45 45 DD DD DD DD
casework:download-file absent          DD 45 45 45 DD DD DD DD
casework:download-file their file      DD 45 45 45 DD DD DD DD
reply_templates:list-templates         DD L5 L5 L5 DD DD DD DD
reply_templates:add-examples           DD 33 5> 5> DD DD DD DD
reply_templates:add-template own       DD 33 LL LL DD DD DD DD
reply_templates:show-template own      DD L5 L5 L5 DD DD DD DD
reply_templates:show-template theirs   DD 45 45 45 DD DD DD DD
reply_templates:show-template absent   DD 45 45 45 DD DD DD DD
reply_templates:change-template own    DD 33 LL LL DD DD DD DD
reply_templates:change-template theirs DD 33 44 44 DD DD DD DD
reply_templates:change-template absent DD 33 44 44 DD DD DD DD
reply_templates:retire-template own    DD 33 5> 5> DD DD DD DD
reply_templates:retire-template theirs DD 33 54 54 DD DD DD DD
reply_templates:retire-template absent DD 33 54 54 DD DD DD DD
labels:list-labels                     DD L3 LL LL DD DD DD DD
labels:rename-label own                DD 33 LL LL DD DD DD DD
labels:rename-label theirs             DD 33 44 44 DD DD DD DD
labels:rename-label absent             DD 33 44 44 DD DD DD DD
labels:retire-label own                DD 33 5> 5> DD DD DD DD
labels:retire-label theirs             DD 33 54 54 DD DD DD DD
labels:retire-label absent             DD 33 54 54 DD DD DD DD
bulk_actions:list-actions              DD L5 L5 L5 DD DD DD DD
bulk_actions:begin-action              DD 5> 5> 5> DD DD DD DD
bulk_actions:show-action own           DD 44 44 44 DD DD DD DD
bulk_actions:show-action theirs        DD 44 44 44 DD DD DD DD
bulk_actions:show-action absent        DD 44 44 44 DD DD DD DD
bulk_actions:start-action own          DD 54 54 54 DD DD DD DD
bulk_actions:start-action theirs       DD 54 54 54 DD DD DD DD
bulk_actions:start-action absent       DD 54 54 54 DD DD DD DD
bulk_actions:cancel-action own         DD 54 54 54 DD DD DD DD
bulk_actions:cancel-action theirs      DD 54 54 54 DD DD DD DD
bulk_actions:cancel-action absent      DD 54 54 54 DD DD DD DD
bulk_actions:undo-action own           DD 54 54 54 DD DD DD DD
bulk_actions:undo-action theirs        DD 54 54 54 DD DD DD DD
bulk_actions:undo-action absent        DD 54 54 54 DD DD DD DD
bulk_actions:download-skipped own      DD 45 45 45 DD DD DD DD
bulk_actions:download-skipped theirs   DD 45 45 45 DD DD DD DD
bulk_actions:download-skipped absent   DD 45 45 45 DD DD DD DD
bulk_actions:download-file own         DD 45 45 45 DD DD DD DD
bulk_actions:download-file theirs      DD 45 45 45 DD DD DD DD
bulk_actions:download-file absent      DD 45 45 45 DD DD DD DD
casework:view-file own                 DD L5 L5 L5 DD DD DD DD
casework:view-file theirs              DD 45 45 45 DD DD DD DD
casework:view-file absent              DD 45 45 45 DD DD DD DD
casework:view-file their file          DD 45 45 45 DD DD DD DD
assisted_filing:choose-body                       DD L5 L5 L5 DD DD DD DD
assisted_filing:file-request                      DD >> >> >> DD DD DD DD
assisted_filing:show-receipt                      DD >5 >5 >5 DD DD DD DD
assisted_filing:file-another                      DD 5> 5> 5> DD DD DD DD
dashboard:show-dashboard               DD 33 L5 L5 DD DD DD DD
dashboard:show-officer own             DD 33 L5 L5 DD DD DD DD
dashboard:show-officer theirs          DD 33 45 45 DD DD DD DD
dashboard:show-officer absent          DD 33 45 45 DD DD DD DD
dashboard:give-cases own               DD 33 5> 5> DD DD DD DD
dashboard:give-cases theirs            DD 33 54 54 DD DD DD DD
dashboard:give-cases absent            DD 33 54 54 DD DD DD DD
transfers:list-offers                  DD 33 L5 L5 DD DD DD DD
transfers:offer-case own               DD 33 LL LL DD DD DD DD
transfers:offer-case theirs            DD 44 44 44 DD DD DD DD
transfers:offer-case absent            DD 44 44 44 DD DD DD DD
transfers:offer-case unheld            DD LL LL LL DD DD DD DD
transfers:split-case own               DD 33 LL LL DD DD DD DD
transfers:split-case theirs            DD 44 44 44 DD DD DD DD
transfers:split-case absent            DD 44 44 44 DD DD DD DD
transfers:split-case unheld            DD LL LL LL DD DD DD DD
transfers:give-back own                DD 53 5> 5> DD DD DD DD
transfers:give-back theirs             DD 54 54 54 DD DD DD DD
transfers:give-back absent             DD 54 54 54 DD DD DD DD
transfers:give-back unheld             DD 5> 5> 5> DD DD DD DD
transfers:show-offer own               DD 35 L5 L5 DD DD DD DD
transfers:show-offer theirs            DD 45 45 45 DD DD DD DD
transfers:show-offer absent            DD 45 45 45 DD DD DD DD
transfers:accept-offer own             DD 33 5> 5> DD DD DD DD
transfers:accept-offer theirs          DD 33 54 54 DD DD DD DD
transfers:accept-offer absent          DD 33 54 54 DD DD DD DD
transfers:refuse-offer own             DD 33 >L >L DD DD DD DD
transfers:refuse-offer theirs          DD 33 >4 >4 DD DD DD DD
transfers:refuse-offer absent          DD 33 >4 >4 DD DD DD DD
transfers:withdraw-offer own           DD 54 54 54 DD DD DD DD
transfers:withdraw-offer theirs        DD 54 54 54 DD DD DD DD
transfers:withdraw-offer absent        DD 54 54 54 DD DD DD DD
reports:show-figures                   DD L5 L5 L5 DD DD DD DD
reports:show-groups                    DD L5 L5 L5 DD DD DD DD
reports:download-figures               DD L5 L5 L5 DD DD DD DD
staff:list-staff                       DD 33 33 L5 DD DD DD DD
staff:add-staff                        DD 33 33 LL DD DD DD DD
staff:change-staff own                 DD 33 33 LL DD DD DD DD
staff:change-staff theirs              DD 33 33 44 DD DD DD DD
staff:change-staff absent              DD 33 33 44 DD DD DD DD
staff:close-account own                 DD 33 33 LL DD DD DD DD
staff:close-account theirs              DD 33 33 44 DD DD DD DD
staff:close-account absent              DD 33 33 44 DD DD DD DD
routing:list-rules                     DD 33 L5 L5 DD DD DD DD
routing:add-rule                       DD 33 LL LL DD DD DD DD
routing:try-rules                      DD 33 L5 L5 DD DD DD DD
routing:change-rule own                DD 33 LL LL DD DD DD DD
routing:change-rule theirs             DD 33 44 44 DD DD DD DD
routing:change-rule absent             DD 33 44 44 DD DD DD DD
routing:move-rule own                  DD 33 5> 5> DD DD DD DD
routing:move-rule theirs               DD 33 54 54 DD DD DD DD
routing:move-rule absent               DD 33 54 54 DD DD DD DD
routing:activate-rule own              DD 33 5> 5> DD DD DD DD
routing:activate-rule theirs           DD 33 54 54 DD DD DD DD
routing:activate-rule absent           DD 33 54 54 DD DD DD DD
routing:delete-rule own                DD 33 L> L> DD DD DD DD
routing:delete-rule theirs             DD 33 44 44 DD DD DD DD
routing:delete-rule absent             DD 33 44 44 DD DD DD DD
units:list-units                       DD 33 L5 L5 DD DD DD DD
units:add-unit                         DD 33 33 LL DD DD DD DD
units:list-absences                    DD L5 L5 L5 DD DD DD DD
units:choose-absentee                  DD 33 L5 L5 DD DD DD DD
units:add-absence own                  DD 44 LL LL DD DD DD DD
units:add-absence theirs               DD 44 44 44 DD DD DD DD
units:add-absence absent               DD 44 44 44 DD DD DD DD
units:change-absence own               DD 44 LL LL DD DD DD DD
units:change-absence theirs            DD 44 44 44 DD DD DD DD
units:change-absence absent            DD 44 44 44 DD DD DD DD
units:end-absence own                  DD 54 5> 5> DD DD DD DD
units:end-absence theirs               DD 54 54 54 DD DD DD DD
units:end-absence absent               DD 54 54 54 DD DD DD DD
units:move-case own                    DD 33 LL LL DD DD DD DD
units:move-case theirs                 DD 44 44 44 DD DD DD DD
units:move-case absent                 DD 44 44 44 DD DD DD DD
units:move-case unheld                 DD LL LL LL DD DD DD DD
units:change-unit own                  DD 33 33 LL DD DD DD DD
units:change-unit theirs               DD 33 33 44 DD DD DD DD
units:change-unit absent               DD 33 33 44 DD DD DD DD
units:move-unit own                    DD 33 33 LL DD DD DD DD
units:move-unit theirs                 DD 33 33 44 DD DD DD DD
units:move-unit absent                 DD 33 33 44 DD DD DD DD
units:retire-unit own                  DD 33 33 L> DD DD DD DD
units:retire-unit theirs               DD 33 33 44 DD DD DD DD
units:retire-unit absent               DD 33 33 44 DD DD DD DD
units:change-members own               DD 33 L> L> DD DD DD DD
units:change-members theirs            DD 33 44 44 DD DD DD DD
units:change-members absent            DD 33 44 44 DD DD DD DD
setup:change-settings                  DD LL LL LL DD DD DD DD
setup:change-emails                    DD >L >L >L DD DD DD DD
setup:change-second-step               DD 33 33 5> DD DD DD DD
setup:change-escalation                DD 33 33 LL DD DD DD DD
setup:change-approval                  DD 33 33 5> DD DD DD DD
plan:show-plan                         DD 33 33 L5 DD DD DD DD
plan:show-next-invoice                 DD 33 33 L5 DD DD DD DD
plan:change-details                    DD 33 33 LL DD DD DD DD
plan:subscribe                         DD 33 33 >> DD DD DD DD
plan:change-seats                      DD 33 33 >> DD DD DD DD
plan:change-ending                     DD 33 33 >> DD DD DD DD
plan:open-portal                       >D >3 >3 >L >D >D >D >D
plan:come-back                         DD 33 33 >5 DD DD DD DD
agency_export:show-leaving                   DD 33 33 L5 DD DD DD DD
agency_export:start-export                   DD 33 33 >L DD DD DD DD
agency_export:show-bundle own                DD 33 33 L5 DD DD DD DD
agency_export:show-bundle theirs             DD 33 33 45 DD DD DD DD
agency_export:show-bundle absent             DD 33 33 45 DD DD DD DD
agency_export:cancel-export own              DD 33 33 5L DD DD DD DD
agency_export:cancel-export theirs           DD 33 33 54 DD DD DD DD
agency_export:cancel-export absent           DD 33 33 54 DD DD DD DD
agency_export:take-bundle own                DD 33 33 L5 DD DD DD DD
agency_export:take-bundle theirs             DD 33 33 45 DD DD DD DD
agency_export:take-bundle absent             DD 33 33 45 DD DD DD DD
agency_export:retry-export own               DD 33 33 5L DD DD DD DD
agency_export:retry-export theirs            DD 33 33 54 DD DD DD DD
agency_export:retry-export absent            DD 33 33 54 DD DD DD DD
staff_sessions:list-sessions           D5 L5 L5 L5 D5 D5 D5 D5
staff_sessions:end-others              >D >> >> >> >D >D >D >D
staff_sessions:end-session own         >D >> >> >> >D >D >D >D
staff_sessions:end-session colleague's >D >> >> >> >D >D >D >D
staff_sessions:end-session absent      >D >> >> >> >D >D >D >D
account_login                          LL >> >> >> LL LL LL LL
account_logout                         >> L> L> L> >> >> >> >>
account_inactive                       L5 L5 L5 L5 L5 L5 L5 L5
account_signup                         LL >> >> >> LL LL LL LL
account_reauthenticate                 DD LL LL LL DD DD DD DD
account_email                          DD L> L> L> DD DD DD DD
account_email_verification_sent        DD >> >> >> DD DD DD DD
account_change_password                DD LL LL LL DD DD DD DD
account_set_password                   DD >> >> >> DD DD DD DD
account_reset_password                 LL LL LL LL LL LL LL LL
account_confirm_login_code             DD >> >> >> DD DD DD DD
account_confirm_password_reset_code    DD DD DD DD DD DD DD DD
account_complete_password_reset        >> >> >> >> >> >> >> >>
account_password_reset_completed       L5 L5 L5 L5 L5 L5 L5 L5
mfa_index                              DD L5 L5 L5 DD DD DD DD
mfa_authenticate                       DD >> >> >> DD DD DD DD
mfa_reauthenticate                     DD 22 22 22 DD DD DD DD
mfa_activate_totp                      DD 22 22 22 DD DD DD DD
mfa_deactivate_totp                    DD 44 44 44 DD DD DD DD
mfa_view_recovery_codes                DD 45 45 45 DD DD DD DD
mfa_generate_recovery_codes            DD 22 22 22 DD DD DD DD
mfa_download_recovery_codes            DD 44 44 44 DD DD DD DD
set_language                           >> >> >> >> >> >> >> >>
typed-input                            LL LL LL LL LL LL LL LL
"""
