package clock

import "testing"

// TestMostHolidays is the bound of a table: reading so long a text is slow.
func TestMostHolidays(t *testing.T) {
	most := make([]Holiday, mostHolidays)
	for i := range most {
		most[i] = Holiday{On: Date(20000 + i), Name: "day"}
	}
	if err := checkHolidays(most); err != nil {
		t.Error(err)
	}
	if err := checkHolidays(append(most, Holiday{On: 1, Name: "day"})); err == nil {
		t.Error("one more was taken")
	}
}
