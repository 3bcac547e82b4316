package office

import (
	"context"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
)

// readingRow is one rule that the law leaves open, the reading taken of it and
// what the others would give.
type readingRow struct {
	Open, Taken string
	Others      []otherReading
}

// otherReading is what comes out otherwise.
type otherReading struct {
	Reading string
	Dates   []dateRow
	Facts   []string
}

// readings are the rules that the law leaves open, as far as another reading
// would change this case.
func (s *Server) readings(ctx context.Context, a *asked) ([]readingRow, error) {
	v, err := s.office.View(ctx, a.who, a.reference)
	if err != nil {
		return nil, err
	}
	taken := map[string]string{}
	for _, one := range v.Switches() {
		taken[one.Name] = one.Value
	}
	l, in := a.lang, words.In(a.lang)
	var rows []readingRow
	at := map[string]int{}
	for _, other := range v.Readings() {
		i, known := at[other.Switch]
		if !known {
			i = len(rows)
			at[other.Switch] = i
			rows = append(rows, readingRow{Open: texts.T(l, "readings.open", "what", in.Switch(other.Switch)),
				Taken: texts.T(l, "readings.taken", "how", in.Reading(other.Switch, taken[other.Switch]))})
		}
		rows[i].Others = append(rows[i].Others, otherwise(l, &v.Clock, &other))
	}
	return rows, nil
}

// otherwise says what another reading would change.
func otherwise(l i18n.Lang, taken *clock.Clock, other *clock.Alternative) otherReading {
	o := otherReading{Reading: texts.T(l, "readings.otherwise", "how", words.In(l).Reading(other.Switch, other.Value))}
	mine := taken.Dates()
	for i, d := range other.Clock.Dates() {
		if d.On != mine[i].On {
			o.Dates = append(o.Dates, dateRow{Name: dateName(l, d.Name), Due: due{On: d.On.String()}})
		}
	}
	for i, q := range other.Clock.Requests {
		if i < len(taken.Requests) && q.WindowLast != taken.Requests[i].WindowLast {
			o.Dates = append(o.Dates, dateRow{Name: dateName(l, casework.DateWindow), Due: due{On: q.WindowLast.String()}})
		}
	}
	if other.Clock.State != taken.State {
		o.Facts = append(o.Facts, texts.T(l, "readings.state", "state", words.In(l).State(other.Clock.State)))
	}
	if other.Clock.SuspendedDays != taken.SuspendedDays {
		o.Facts = append(o.Facts, texts.T(l, "readings.stopped", "days", i18n.Days(l, other.Clock.SuspendedDays)))
	}
	return o
}
