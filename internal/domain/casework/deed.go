package casework

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// deed is one act of an agent, ready to be done: what the engine is asked, and
// what is written with it, all or nothing.
type deed struct {
	action Action
	event  clock.Event                        // Do "" where the engine has no say
	may    func(*db.Tx, *held) error          // what else must hold at this moment, or nil
	day    clock.Date                         // on which its letter was written; NoDate where it has none
	leaf   string                             // type of its leaf
	more   map[string]any                     // what the leaf commits to besides
	letter *sent                              // to the applicant, or nil
	doc    *issued                            // or nil
	note   func(at time.Time) ([]byte, error) // of the agent, sealed to the unit, or nil
}

// newDeed is an act of an agent by the client's id.
func newDeed(who *identity.Agent, id, kind string, event clock.Event) *deed {
	return &deed{action: Action{ID: id, Actor: string(who.ID), Kind: kind, Data: map[string]string{}}, event: event, leaf: leafAct}
}

// allowed is the error of an act that may not be done now.
func (d *deed) allowed(tx *db.Tx, h *held) error {
	if d.may != nil {
		if err := d.may(tx, h); err != nil {
			return err
		}
	}
	if d.event.Do == "" {
		return nil
	}
	if h.standing.closed {
		return barred(clock.Ruling{Do: d.event.Do, Why: whyClosed, Text: h.standing.ground(d.action.Kind).Text, Articles: []string{h.standing.ground(d.action.Kind).Article}})
	}
	return barred(h.standing.judge(d.event, h.at))
}

// do does an act in one transaction, when the law still allows it at this
// moment: letter, document, leaf, action, public fact. The same act again is
// nothing; of several at once that exclude each other one stands.
func (o *Office) do(ctx context.Context, who *identity.Agent, reference string, d *deed) error {
	err := o.db.Update(ctx, func(tx *db.Tx) error { return o.perform(tx, who, reference, d) })
	if err != nil && errs.KindOf(err) == errs.Internal {
		return fmt.Errorf("doing a %s: %w", d.action.Kind, err)
	}
	return err
}

func (o *Office) perform(tx *db.Tx, who *identity.Agent, reference string, d *deed) error {
	h, err := o.hold(tx, who, reference)
	if err != nil {
		return err
	}
	if done, err := again(h.actions, d.action.ID, d.action.Kind); done || err != nil {
		return err
	}
	if err := d.allowed(tx, h); err != nil {
		return err
	}
	if d.day != clock.NoDate && d.day != h.on {
		return errs.New(errs.Busy, "busy") // the day has turned since the letter was dated
	}
	a := d.action
	a.At = h.at
	if err := d.write(tx, reference, a); err != nil {
		return err
	}
	event := map[string]any{"act": a.Kind, "case": reference, "agent": a.Actor, "at": a.At.Format(time.RFC3339)}
	maps.Copy(event, d.more)
	if d.letter != nil {
		event["letter"] = a.ID
	}
	if err := addLeaf(tx, d.leaf, event); err != nil {
		return err
	}
	return o.appendAction(tx, h.caseRow, h.actions, a, h.on)
}

// write stores what an act brings beside its action.
func (d *deed) write(tx *db.Tx, reference string, a Action) error {
	if d.letter != nil {
		if err := d.letter.send(tx); err != nil {
			return err
		}
	}
	if d.doc != nil {
		if err := d.doc.keep(tx, reference, a.At); err != nil {
			return err
		}
	}
	if d.note == nil {
		return nil
	}
	body, err := d.note(a.At)
	if err != nil {
		return err
	}
	return keepEnvelope(tx, "note/"+a.ID, reference, kindNote, a.At, body)
}

// letter is what every letter of a case begins with.
func (m *material) letter(id, kind, text string) intake.Letter {
	return intake.Letter{ID: id, Reference: m.Reference, Kind: kind, At: m.at.Format(time.RFC3339), Language: string(m.content.language), Accesses: int(m.accesses), Text: text}
}

// send writes a deed's letter, dated today.
func (o *Office) send(m *material, d *deed, l intake.Letter) (err error) {
	d.day = m.on
	if d.letter, err = o.write(m.caseRow, m.content.reply, l, m.at); err != nil {
		return fmt.Errorf("writing a letter: %w", err)
	}
	return nil
}

// after is the case's clock once an act is done.
func (m *material) after(d *deed) clock.Clock {
	a := d.action
	a.At = m.at
	s := m.standing
	return fold(s.base, s.terms, append(m.actions[:len(m.actions):len(m.actions)], a), m.on).Clock
}

// needWords refuses an empty or a bad text of an agent.
func needWords(text string) error {
	if err := checkWords(text); err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return errs.New(errs.Invalid, "act.text")
	}
	return nil
}

// dated reads the civil day on which something happened that is noted now:
// today where it is not said, never later, nor before the act before.
func dated(h *held, on clock.Date) (clock.Date, error) {
	if on == clock.NoDate {
		return h.on, nil
	}
	if on > h.on || on < h.standing.law.DateOf(h.standing.last) {
		return on, errs.New(errs.Invalid, "act.date")
	}
	return on, nil
}
