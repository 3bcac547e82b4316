package main

import (
	"bytes"
	"os"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if serveChild() {
		return
	}
	os.Exit(m.Run())
}

// TestShort is the whole benchmark in its short form: counts must be right,
// however slow the machine is.
func TestShort(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts servers and loads them")
	}
	o := short()
	o.seed, o.programs, o.engines = uint64(time.Now().UnixNano()), os.Getenv("WASL_BIN"), engines("")
	if os.Getenv("CI") != "" && len(o.engines) < 2 {
		t.Fatal("PostgreSQL is required here, and WASL_TEST_POSTGRES names no server")
	}
	var out bytes.Buffer
	err := measure(o, &out)
	t.Logf("\n%s", out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   spread
	}{
		{nil, spread{}},
		{[]float64{3}, spread{3, 3, 3}},
		{[]float64{3, 1, 2}, spread{2, 1, 3}},
		{[]float64{4, 1, 2, 3}, spread{2.5, 1, 4}},
	} {
		if got := spreadOf(c.values); got != c.want {
			t.Errorf("spreadOf(%v) = %v, want %v", c.values, got, c.want)
		}
	}
}

func TestPercentile(t *testing.T) {
	var took []time.Duration
	for i := range 100 {
		took = append(took, time.Duration(i+1)*time.Millisecond)
	}
	for p, want := range map[float64]float64{0: 1, 0.5: 51, 0.99: 100, 1: 100} {
		if got := percentile(took, p); got != want {
			t.Errorf("percentile %v = %v, want %v", p, got, want)
		}
	}
}

func TestBodiesDiffer(t *testing.T) {
	b := body(`{"name":"` + nameMark + `","cnie":"JE` + numberMark + `"}`)
	seen := map[string]bool{}
	for n := range int64(1000) {
		one := string(b.of(n))
		if len(one) != len(b) || seen[one] {
			t.Fatalf("body %d is %s", n, one)
		}
		seen[one] = true
	}
}
