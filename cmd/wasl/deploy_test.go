package main

import (
	"testing"

	"wasl/internal/base/boot"
	"wasl/internal/role/portal"
)

// The example configurations must stay readable: unknown keys are refused.
func TestExampleConfigurations(t *testing.T) {
	for file, load := range map[string]func(string) error{
		"portal.yaml":       loads[portal.Settings],
		"portal-apart.yaml": loads[portal.Settings],
		"office.yaml":       loads[officeSettings],
		"up.yaml":           loads[upSettings],
	} {
		if err := load("../../deploy/" + file); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	if err := loads[upSettings]("../../deploy/office.yaml"); err == nil {
		t.Error("a file with keys of another role was accepted")
	}
}

func loads[T any](file string) error {
	_, err := boot.Load[T](file)
	return err
}
