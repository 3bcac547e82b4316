package casework

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

//go:embed texts
var textFiles embed.FS

// texts are the words of statements; the clock's own come from clock/words.
var texts = i18n.MustLoad(textFiles, "texts")

// statement writes what the clock says after an action: a signed act of kind
// "statement" in plain words, with each date, suspension and article, for the
// applicant to show to whoever asks. It is sealed under the notice key, since a
// machine writes it, and written once for each action. None is written while a
// consent waits for a person to look at a late deposit.
func (o *Office) statement(tx *db.Tx, c *caseRow, s Standing, a Action) error {
	if s.State == StateLate {
		return nil
	}
	notice, l, err := o.applicantOf(tx, c)
	if err != nil {
		return err
	}
	id, at := "statement/"+a.ID, o.now()
	act, err := o.signer.SignAct(verify.Act{ID: id, Kind: intake.MessageStatement, Reference: c.Reference, Authority: c.Authority, Unit: c.Unit,
		At: verify.Time{Time: at.In(s.law.Location()).Truncate(time.Second)}, Text: o.stated(l, c, s)})
	if err != nil {
		return fmt.Errorf("signing a statement: %w", err)
	}
	m, err := intake.SealMessage(notice, c.Reference, intake.MessageStatement, id, at, act)
	if err != nil {
		return err
	}
	return queue(tx, outMessage, "message/"+id, m)
}

// applicantOf is the key under which a machine writes to a case's applicant,
// and their language.
func (o *Office) applicantOf(tx *db.Tx, c *caseRow) (notice [32]byte, l i18n.Lang, err error) {
	var body []byte
	if err := tx.QueryRow(`SELECT body FROM envelope WHERE id = $1`, c.filing).Scan(&body); err != nil {
		return notice, l, err
	}
	env, err := seal.Unmarshal(body)
	if err != nil {
		return notice, l, err
	}
	section, err := o.keys.OpenIntake(env)
	if err != nil {
		return notice, l, err
	}
	var said struct {
		Language string `json:"language"`
	}
	_ = json.Unmarshal(section, &said) // noticeKey tells when it does not decode
	l = i18n.AR
	if known, ok := i18n.ParseLang(said.Language); ok {
		l = known
	}
	notice, err = noticeKey(section)
	return notice, l, err
}

// statementLines gathers a statement's lines.
type statementLines struct {
	w    words.Words
	law  *clock.Profile
	text strings.Builder
}

func (b *statementLines) say(key string, args ...any) {
	b.text.WriteString(texts.T(b.w.Lang(), "statement."+key, args...))
	b.text.WriteByte('\n')
}

// line is a label and what it is.
func (b *statementLines) line(label, value string) { b.say("line", "label", label, "value", value) }

// day writes a civil day for people, and as it sorts.
func (b *statementLines) day(d clock.Date) string {
	return i18n.CivilDate(b.w.Lang(), d.String()) + " (" + i18n.Isolate(d.String()) + ")"
}

// stated is the statement's text.
func (o *Office) stated(l i18n.Lang, c *caseRow, s Standing) string {
	b := &statementLines{w: words.In(l), law: s.law}
	k := &s.Clock
	b.text.WriteString(texts.T(l, "statement.title") + "\n")
	b.line(texts.T(l, "statement.reference"), i18n.Isolate(c.Reference))
	if def := o.Definition(c.version); def != nil {
		b.line(texts.T(l, "statement.service"), def.T(l, "title"))
	}
	if a := o.Book().Authority(c.Authority); a != nil {
		b.line(texts.T(l, "statement.authority"), a.Names.In(l))
	}
	b.line(texts.T(l, "statement.as-of"), b.day(s.on))
	state := b.w.State(k.State)
	if name := "state." + s.State; texts.Has(name) { // what the clock alone does not tell apart
		state = texts.T(l, name)
	}
	b.line(texts.T(l, "statement.state"), state)
	b.line(texts.T(l, "statement.turn"), b.w.Turn(s.Turn))
	if k.Mention != "" {
		b.line(texts.T(l, "statement.mention"), b.w.Mention(k.Mention))
	}
	b.line(texts.T(l, "statement.filed"), b.day(k.FiledOn))
	b.line(texts.T(l, "statement.delay"), i18n.Days(l, s.terms.Days)+", "+b.w.Kind(s.terms.Kind))
	for _, d := range k.Dates() {
		if d.On != clock.NoDate {
			b.line(b.w.Date(d.Name), b.day(d.On))
		}
	}
	b.line(texts.T(l, "statement.silence"), b.w.Silence(k.SilenceMeans))
	b.stops(k)
	b.ends(s)
	return b.text.String()
}

// stops are the suspensions, each with its act and article, and an extension.
func (b *statementLines) stops(k *clock.Clock) {
	l := b.w.Lang()
	for _, r := range k.Requests {
		rule := b.law.Acts[r.Kind]
		args := []any{"act", b.w.Act(r.Kind), "law", b.w.Cite(rule.Text, rule.Article), "sent", b.day(r.SentOn)}
		if r.AnsweredOn == clock.NoDate {
			b.say("stop-open", args...)
			continue
		}
		b.say("stop", append(args, "answered", b.day(r.AnsweredOn))...)
	}
	for _, span := range k.Suspensions {
		if span.To != clock.NoDate {
			b.say("span", "from", b.day(span.From+1), "to", b.day(span.To), "days", i18n.Days(l, int(span.To-span.From)))
		}
	}
	b.line(texts.T(l, "statement.suspended"), i18n.Days(l, k.SuspendedDays))
	if k.ExtendedDays > 0 {
		rule := b.law.Acts[clock.Extend]
		b.line(b.w.Act(clock.Extend), i18n.Days(l, k.ExtendedDays)+", "+b.w.Cite(rule.Text, rule.Article))
	}
}

// ends says how the file's own life ended, acts that had no effect, and which
// text of the law was applied.
func (b *statementLines) ends(s Standing) {
	l := b.w.Lang()
	if s.Clock.DecidedOn != clock.NoDate {
		b.line(texts.T(l, "statement.decided"), b.day(s.Clock.DecidedOn))
	}
	for _, r := range s.Clock.Refused {
		b.say("refused", "act", b.w.Act(r.Do), "day", b.day(r.On), "why", b.w.Why(r.Why), "law", b.w.Law(r))
	}
	if s.Clock.Tentative {
		b.say("tentative")
	}
	b.line(texts.T(l, "statement.law"), i18n.Isolate(s.base.Name+" "+s.base.Hash()))
}
