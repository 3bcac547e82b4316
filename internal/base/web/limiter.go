package web

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"wasl/internal/base/errs"
)

// Limiter bounds how often one client address may do something. Addresses stay
// in memory and are forgotten; IPv6 counts by /64. A nil Limiter never refuses.
type Limiter struct {
	every time.Duration
	burst int

	mu   sync.Mutex // guards seen
	seen map[netip.Prefix]*visitor
}

type visitor struct {
	*rate.Limiter
	last time.Time
}

// maxVisitors bounds the memory of one Limiter.
const maxVisitors = 50_000

// NewLimiter allows burst at once and one more for every interval after. Many
// people share an address on mobile networks: be generous.
func NewLimiter(every time.Duration, burst int) *Limiter {
	return &Limiter{every: every, burst: burst, seen: map[netip.Prefix]*visitor{}}
}

// Allow counts one request; error.rate (429) when there were too many.
func (l *Limiter) Allow(r *http.Request) error {
	if l == nil || l.take(Client(r), time.Now()) {
		return nil
	}
	return errs.New(errs.Busy, KeyRate)
}

func (l *Limiter) take(client netip.Addr, now time.Time) bool {
	bits := 32
	if client.Is6() {
		bits = 64
	}
	key, err := client.Prefix(bits)
	if err != nil {
		key = netip.Prefix{} // no address: a socket of this machine
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.seen[key]
	if v == nil {
		if len(l.seen) >= maxVisitors {
			l.forget(now)
		}
		v = &visitor{Limiter: rate.NewLimiter(rate.Every(l.every), l.burst)}
		l.seen[key] = v
	}
	v.last = now
	return v.AllowN(now, 1)
}

// forget drops those whose allowance is whole again, and everyone when that
// is not enough. The caller holds mu.
func (l *Limiter) forget(now time.Time) {
	whole := l.every * time.Duration(l.burst)
	for key, v := range l.seen {
		if now.Sub(v.last) > whole {
			delete(l.seen, key)
		}
	}
	if len(l.seen) >= maxVisitors {
		clear(l.seen)
	}
}

// Limited is rule with a limiter before it; its name stays.
func (l *Limiter) Limited(rule Rule) Rule {
	check := rule.Check
	rule.Check = func(r *http.Request) (*http.Request, error) {
		if err := l.Allow(r); err != nil {
			return nil, err
		}
		if check != nil {
			return check(r)
		}
		return r, nil
	}
	return rule
}
