package casework

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
)

// Kinds of notice to the people of a unit.
const (
	NoticeWarned    = "warned"      // a date is near
	NoticeEscalated = "escalated"   // a date has passed, and nobody did what it asked
	NoticeSilence   = "silence"     // silence took effect
	NoticeReturnDue = "return-due"  // the applicant's window has passed: the file may be returned
	NoticeLaw       = "law-changed" // the case's dates moved with the law
)

// Notice tells the people of one role in a unit that time did something to a
// case, or is about to. It holds no personal data.
type Notice struct {
	ID        string
	Reference string
	Service   string
	Kind      string    // one of the Notice… kinds
	About     string    // the date it is about: one of the Date… names, "" for none
	LegalOn   string    // that date, YYYY-MM-DD
	Effective string    // the day on which this was due to be told or took effect
	At        time.Time // when it was written: later, where the office was away
	Seen      bool
}

// noticeRows is the length of one page of notices.
const noticeRows = 20

// Notices lists what time did and will do to the cases of the agent's unit, as
// far as it concerns their role, newest first, a page at a time; next is "" on
// the last page. A bad cursor is errs.Invalid.
func (o *Office) Notices(ctx context.Context, who *identity.Agent, after string) (list []Notice, next string, err error) {
	if !who.May(identity.SeeQueue) {
		return nil, "", stranger()
	}
	before := int64(1) << 62
	if after != "" {
		if before, err = strconv.ParseInt(after, 10, 64); err != nil {
			return nil, "", errs.Wrap(errs.Invalid, "queue.cursor", err)
		}
	}
	last := before
	err = o.db.View(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT n, id, reference, service, kind, about, legal_on, effective_on, at, seen_at FROM notice
			WHERE authority = $1 AND unit = $2 AND role = $3 AND n < $4 ORDER BY n DESC LIMIT $5`,
			who.Authority, who.Unit, string(who.Role), before, noticeRows+1)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var n Notice
			var seq, at, seen int64
			if err := rows.Scan(&seq, &n.ID, &n.Reference, &n.Service, &n.Kind, &n.About, &n.LegalOn, &n.Effective, &at, &seen); err != nil {
				return err
			}
			if n.At, n.Seen = db.FromMicros(at), seen != 0; len(list) < noticeRows {
				last = seq
			}
			list = append(list, n)
		}
		return rows.Err()
	})
	if len(list) > noticeRows {
		list, next = list[:noticeRows], strconv.FormatInt(last, 10)
	}
	return list, next, err
}

// Unseen counts the notices that nobody of the agent's role and unit has seen.
func (o *Office) Unseen(ctx context.Context, who *identity.Agent) (n int64, err error) {
	if !who.May(identity.SeeQueue) {
		return 0, stranger()
	}
	err = o.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM notice WHERE authority = $1 AND unit = $2 AND role = $3 AND seen_at = 0`,
			who.Authority, who.Unit, string(who.Role)).Scan(&n)
	})
	return n, err
}

// mostSeen bounds one call of MarkSeen.
const mostSeen = 200

// MarkSeen notes that somebody of the agent's role saw notices: again changes
// nothing, and an id that is not theirs or not at all is passed over.
func (o *Office) MarkSeen(ctx context.Context, who *identity.Agent, ids ...string) error {
	if !who.May(identity.SeeQueue) {
		return stranger()
	}
	if len(ids) > mostSeen {
		return errs.New(errs.Invalid, "notice.many")
	}
	err := o.db.Update(ctx, func(tx *db.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec(`UPDATE notice SET seen_at = $1 WHERE id = $2 AND authority = $3 AND unit = $4 AND role = $5 AND seen_at = 0`,
				db.Micros(o.now()), id, who.Authority, who.Unit, string(who.Role)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("marking notices seen: %w", err)
	}
	return nil
}

// tell writes a notice for each of the given roles of a case's unit: once for
// its id, whoever calls it again.
func (o *Office) tell(tx *db.Tx, c *caseRow, id, kind, about string, legal, effective clock.Date, roles ...identity.Role) error {
	if err := tx.Lock("notice"); err != nil {
		return err
	}
	for _, role := range roles {
		if _, err := tx.Exec(`INSERT INTO notice (id, reference, authority, unit, service, role, kind, about, legal_on, effective_on, n, at, seen_at)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce(max(n), 0) + 1, CAST($11 AS BIGINT), 0 FROM notice WHERE true ON CONFLICT (id) DO NOTHING`,
			id+"/"+string(role), c.Reference, c.Authority, c.Unit, c.Service, string(role), kind, about, legal.String(), effective.String(), db.Micros(o.now())); err != nil {
			return err
		}
	}
	return nil
}
