"""Files that a spreadsheet opens without harm."""

import pytest

from shared.ui.spreadsheets import csv_response


def written(*cells):
    response = csv_response(filename="figures.csv", headings=["name", "n"], rows=[cells])
    return response.content.decode().split("\r\n")[1]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_cell_is_never_a_formula(start):
    assert written(f"{start}cmd|' /C calc'!A0", 3) == f"'{start}cmd|' /C calc'!A0,3"


def test_a_line_break_in_a_name_stays_in_its_cell():
    assert written("\rRoads", 3) == '"\'\rRoads",3'


def test_numbers_stay_numbers():
    assert written(-3, 0.5) == "-3,0.5"


def test_the_file_begins_with_the_mark_that_excel_needs():
    response = csv_response(filename="figures.csv", headings=["name"], rows=[])

    assert response.content == b"\xef\xbb\xbfname\r\n"
