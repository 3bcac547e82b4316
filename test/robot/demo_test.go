package robot_test

import (
	"testing"

	"wasl/test/robot"
	"wasl/test/stack"
)

// TestDemo tours a demo of this tree: every service, every example, four
// languages, mistakes and resumed drafts included. On PostgreSQL it goes in one
// language.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	t.Run("sqlite", func(t *testing.T) { tour(t, stack.Options{}, nil) })
	t.Run("postgres", func(t *testing.T) { tour(t, stack.Options{Postgres: true}, []string{"ar"}) })
}

func tour(t *testing.T, o stack.Options, langs []string) {
	d := stack.Start(t, o)
	r := robot.New(d.Portal)
	r.Verify = robot.CheckReceipt
	if err := r.Tour(t.Context(), robot.Tour{Langs: langs}); err != nil {
		t.Error(err)
	}
	for _, f := range r.Faults() {
		t.Error(f)
	}
	t.Logf("%d pages checked; heaviest, in bytes: %v", r.Pages(), r.Heaviest())
}
