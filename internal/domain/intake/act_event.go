package intake

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"wasl/internal/domain/clock"
)

// Lines of a public fact that the clock rests on.
const (
	FactEvent   = "event"   // JSON of the clock's event; docs are question ids, never words
	FactLaw     = "law"     // hash of the profile that the case runs under from here on
	FactClosed  = "closed"  // of a filing: the authority's closing days, YYYY-MM-DD, with commas
	FactRefused = "refused" // why the law gave an act no effect
)

// Bounds of an event of exchange.
const (
	mostEvent  = 8 << 10 // bytes of its JSON
	mostPieces = 100     // pieces it names
	mostClosed = 8 << 10 // bytes of closing days
	mostTerm   = 3660    // days of a term
)

var errEvent = errors.New("not an event of the clock")

// ParseEvent reads the event of a public fact. What the office writes is not
// believed: a field nobody knows, an act nobody knows, a date that is none or
// a size beyond reason is refused.
func ParseEvent(text string) (clock.Event, error) {
	var e clock.Event
	if len(text) > mostEvent {
		return e, errEvent
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return clock.Event{}, errEvent
	}
	if _, err := dec.Token(); err != io.EOF {
		return clock.Event{}, errEvent
	}
	for _, d := range []clock.Date{e.Received, e.Notified} {
		if d != clock.NoDate && !isTime(d.Time()) {
			return clock.Event{}, errEvent
		}
	}
	sound := clock.Known(e.Do) && isTime(e.At) && arePieces(e.Docs) && arePieces(e.Missing) && (e.For == "" || isToken(e.For)) &&
		e.Days >= 0 && e.Days <= mostTerm && (e.Reason == 0 || e.Reason == clock.NoReason)
	if !sound {
		return clock.Event{}, errEvent
	}
	return e, nil
}

func arePieces(ids []string) bool {
	return len(ids) <= mostPieces && !slices.ContainsFunc(ids, func(id string) bool { return !isName(id) })
}

// isHash tells the hex of a SHA-256.
func isHash(s string) bool { return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == "" }

// areDays tells a list of dates with commas, or nothing.
func areDays(s string) bool {
	if len(s) > mostClosed {
		return false
	}
	for _, day := range days(s) {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return false
		}
	}
	return true
}

func days(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ",")
}

// factActs are the clock's acts of facts that carry no event, as the office
// wrote them before it gave one.
var factActs = map[string]string{"granted": clock.Grant, "refused": clock.Refuse, "withdrawn": clock.Withdraw, "returned": clock.Return, "answered": clock.Answer,
	clock.RequestReplacement: clock.RequestReplacement, clock.RequestInformation: clock.RequestInformation}

// event is what a fact means to the clock; false where it means nothing.
func (f Fact) event() (clock.Event, bool) {
	if text, ok := f.Data[FactEvent]; ok {
		e, err := ParseEvent(text)
		return e, err == nil
	}
	do := factActs[f.Kind]
	return clock.Event{At: f.At, Do: do}, do != ""
}
