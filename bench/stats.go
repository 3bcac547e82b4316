package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// spread is a median with its least and most.
type spread struct{ median, least, most float64 }

func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	v := slices.Sorted(slices.Values(values))
	m := v[len(v)/2]
	if len(v)%2 == 0 {
		m = (v[len(v)/2-1] + m) / 2
	}
	return spread{m, v[0], v[len(v)-1]}
}

// show writes a spread with so many decimals.
func (s spread) show(decimals int) string {
	return fmt.Sprintf("%.*f [%.*f-%.*f]", decimals, s.median, decimals, s.least, decimals, s.most)
}

// percentile of durations that rise, in milliseconds.
func percentile(took []time.Duration, p float64) float64 {
	if len(took) == 0 {
		return 0
	}
	i := min(int(p*float64(len(took))), len(took)-1)
	return float64(took[i].Microseconds()) / 1000
}

func sortDurations(d []time.Duration) { slices.SortFunc(d, cmp.Compare[time.Duration]) }

// each makes a spread of one figure of every window.
func each(results []result, figure func(result) float64) spread {
	values := make([]float64, len(results))
	for i, r := range results {
		values[i] = figure(r)
	}
	return spreadOf(values)
}

func (r result) rate() float64       { return float64(r.answers) / r.seconds }
func (r result) filings() float64    { return float64(r.acks) / r.seconds }
func (r result) p(q float64) float64 { return percentile(r.took, q) }

// per is processor time per filing, or per answer where nothing is filed, in µs.
func (r result) per(d time.Duration) float64 {
	n := r.acks
	if n == 0 {
		n = r.answers
	}
	return float64(d.Microseconds()) / float64(max(1, n))
}
