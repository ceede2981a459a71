"""What the demonstration's commands say to whoever starts them."""

FORMER_DATA_STAYS = (
    "The data of a former start stays as it is, and nothing is added;"
    " bin/demo --reset makes the stories of this release"
)
