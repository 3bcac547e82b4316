package kill

import (
	"os"
	"strings"
	"testing"
	"time"

	"wasl/test/stack"
)

// shortKills is how many kills an engine suffers in `go test`; a campaign sets
// WASL_KILLS.
const shortKills = 8

// Whatever is killed whenever: what was acknowledged is there, once.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			tr := perform(t, plan{options: stack.Options{Postgres: postgres}, seed: seed(t), kills: number(t, "WASL_KILLS", shortKills),
				machines: 3, persons: 2, agents: 4, pace: 60 * time.Millisecond})
			for _, wrong := range tr.tally() {
				t.Error(wrong)
			}
			byForm := 0
			for _, f := range tr.filings {
				if f.key == "" {
					byForm++
				}
			}
			steps := len(tr.steps(asked)) + len(tr.steps(answered)) + len(tr.steps(granted))
			t.Logf("%d filings acknowledged, %d of them page by page; %d acts of agent and applicant", len(tr.filings), byForm, steps)
			if byForm == 0 || len(tr.filings) == byForm || steps == 0 {
				t.Error("not every kind of client was acknowledged: this trial shows little")
			}
		})
	}
}

// The control: a program that acknowledges before it is durable loses filings,
// and the same tally sees it.
func TestEarlyAcknowledgementIsCaught(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	program := stack.Control(t, "wasl_control_early")
	made := stack.Start(t, stack.Options{}) // by a sound program: the control cannot read what it has just written
	if err := made.Stop(); err != nil {
		t.Fatal(err)
	}
	s := seed(t)
	for try := range uint64(3) {
		tr := perform(t, plan{options: stack.Options{Dir: made.Dir, Program: program}, seed: s + try, kills: 3, machines: 3, only: []string{portalAlone}, pace: time.Millisecond})
		gone := tr.lost()
		tr.demo.Kill() // it has lost count, and would not end well
		for _, wrong := range gone {
			t.Logf("caught: %s", wrong)
			return
		}
	}
	t.Error("a program that acknowledges early was not caught")
}

// lost asks for each acknowledged filing and gives those that are gone.
func (t *trial) lost() (gone []string) {
	for _, f := range t.filings {
		t.follow(f)
	}
	for _, wrong := range t.wrong {
		if strings.HasPrefix(wrong, "lost: ") {
			gone = append(gone, wrong)
		}
	}
	return gone
}

// The folder may be killed while it is first made: the next start goes on.
func TestKilledWhileTheFolderIsMade(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	random := drawn(seed(t), 300)
	d := stack.Start(t, stack.Options{})
	d.Kill()
	for range 4 {
		for _, name := range []string{"root", "public", "office", "tmp", "trust.json", "exchange.sock"} {
			if err := os.RemoveAll(d.Dir + "/" + name); err != nil {
				t.Fatal(err)
			}
		}
		d.Launch(t)
		time.Sleep(time.Duration(random.IntN(120)) * time.Millisecond)
		d.Kill()
		d.Run(t)
		d.Kill()
	}
}

// A side that comes back each time is started again each time.
func TestComesBackEveryTime(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	tr := &trial{t: t, demo: stack.Start(t, stack.Options{})}
	for i := range 8 {
		tr.one([]int{tr.demo.PortalPID, tr.demo.OfficePID}[i%2])
	}
}
