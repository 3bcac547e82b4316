package kill

import (
	"fmt"
	mrand "math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"wasl/test/stack"
)

// trial is one demo under kills, with everything that was acknowledged and
// everything that was found wrong.
type trial struct {
	t            *testing.T
	demo         *stack.Demo
	client       *http.Client
	applications []application
	pace         time.Duration // a machine's longest rest between two filings
	over         chan struct{} // closed after the last kill

	mu      sync.Mutex // guards what follows
	filings []*filing
	handled []*handled // by the agent
	seen    [][]byte   // checkpoints
	wrong   []string
	untaken int // filings that the agent has not looked at start here
}

// plan says what happens in a trial.
type plan struct {
	options  stack.Options
	seed     uint64
	kills    int
	machines int // clients of the API
	persons  int // at the forms
	agents   int
	only     []string // victims, nil for all
	pace     time.Duration
}

// victims are what can be killed.
const (
	portalAlone = "the portal"
	officeAlone = "the office"
	everything  = "everything"
	starting    = "everything, and again while it starts"
)

var victims = []string{portalAlone, portalAlone, officeAlone, everything, starting}

// perform runs a trial until its kills are over and all clients have their
// last answer. The demo runs afterwards.
func perform(t *testing.T, p plan) *trial {
	t.Helper()
	tr := &trial{t: t, client: &http.Client{Transport: patient{&http.Transport{MaxIdleConnsPerHost: 16}}}, over: make(chan struct{}), pace: p.pace}
	tr.demo = stack.Start(t, p.options)
	var err error
	if tr.applications, err = applications(t.Context(), tr.demo.Portal); err != nil || len(tr.applications) == 0 {
		t.Fatalf("%d examples to file: %v", len(tr.applications), err)
	}
	var clients sync.WaitGroup
	for i := range p.machines {
		clients.Go(func() { tr.machine(drawn(p.seed, 100+i)) })
	}
	for i := range p.persons {
		clients.Go(func() { tr.person(drawn(p.seed, 200+i)) })
	}
	for range p.agents {
		clients.Go(tr.agent)
	}
	tr.kill(p, drawn(p.seed, 1))
	close(tr.over)
	clients.Wait()
	return tr
}

// kill ends what the seed says, when the seed says, and waits until both sides
// answer again.
func (t *trial) kill(p plan, random *mrand.Rand) {
	among := p.only
	if among == nil {
		among = victims
	}
	counted := map[string]int{}
	for range p.kills {
		time.Sleep(time.Duration(50+random.IntN(700)) * time.Millisecond)
		victim := among[random.IntN(len(among))]
		counted[victim]++
		switch victim {
		case portalAlone:
			t.one(t.demo.PortalPID)
		case officeAlone:
			t.one(t.demo.OfficePID)
		default:
			t.demo.Kill()
			if victim == starting {
				t.demo.Launch(t.t)
				time.Sleep(time.Duration(random.IntN(500)) * time.Millisecond)
				t.demo.Kill()
			}
			t.demo.Run(t.t)
		}
		t.look()
	}
	t.t.Logf("seed %d: killed %v", p.seed, counted)
}

func (t *trial) one(pid int) {
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.t.Fatalf("killing process %d: %v", pid, err)
	}
	t.demo.AwaitReady(t.t)
}

// look keeps the checkpoint that the portal shows now.
func (t *trial) look() {
	req, err := http.NewRequestWithContext(t.t.Context(), http.MethodGet, t.demo.Portal+"/ledger/checkpoint", nil)
	if err != nil {
		t.t.Fatal(err)
	}
	if status, raw, err := t.do(req); err == nil && status == http.StatusOK {
		t.mu.Lock()
		t.seen = append(t.seen, raw)
		t.mu.Unlock()
	}
}

func (t *trial) ended() bool {
	select {
	case <-t.over:
		return true
	default:
		return t.t.Context().Err() != nil
	}
}

func (t *trial) acknowledged(f *filing) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.filings = append(t.filings, f)
}

// fault notes what is wrong. Clients go on where they can.
func (t *trial) fault(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wrong = append(t.wrong, fmt.Sprintf(format, args...))
}

// number reads a whole number from the environment.
func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%s is no number", name, text)
	}
	return n
}

// seed is WASL_SEED, or a fresh one; it is printed either way.
func seed(t *testing.T) uint64 {
	t.Helper()
	s := uint64(number(t, "WASL_SEED", int(freshSeed())))
	t.Logf("seed %d (WASL_SEED=%d repeats the moments and choices)", s, s)
	return s
}
