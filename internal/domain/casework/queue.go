package casework

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/identity"
)

// Row is one case in a list: clear facts alone.
type Row struct {
	Reference, Service, Authority, Unit string
	State, Turn                         string
	DueOn, SortOn                       string // YYYY-MM-DD; DueOn "" while no due date runs
	FiledAt                             time.Time
	Unread                              bool // the applicant wrote, and no person opened the case since; lists alone tell
}

// Filter says which part of a queue to list.
type Filter struct {
	Open  bool   // cases not yet decided
	After string // cursor of the page before, "" for the first
	Limit int
}

// Queue lists the cases of the agent's unit by legal date, a page at a time;
// next is "" on the last page. A bad cursor is errs.Invalid.
func (o *Office) Queue(ctx context.Context, who *identity.Agent, f Filter) (rows []Row, next string, err error) {
	if !who.May(identity.SeeQueue) {
		return nil, "", stranger()
	}
	afterDate, afterRef, err := cursor(f.After)
	if err != nil {
		return nil, "", err
	}
	f.Limit = max(1, min(f.Limit, mostRows))
	err = o.db.View(ctx, func(tx *db.Tx) error {
		list, err := tx.Query(`SELECT `+caseColumns+` FROM casefile
			WHERE authority = $1 AND unit = $2 AND open = $3 AND (sort_on, reference) > ($4, $5)
			ORDER BY sort_on, reference LIMIT $6`,
			who.Authority, who.Unit, flag(f.Open), afterDate, afterRef, f.Limit+1)
		if err != nil {
			return err
		}
		defer list.Close()
		for list.Next() {
			c, err := scanCase(list)
			if err != nil {
				return err
			}
			rows = append(rows, c.Row)
		}
		if err := list.Err(); err != nil {
			return err
		}
		return markUnread(tx, rows)
	})
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		last := rows[f.Limit-1]
		next = base64.RawURLEncoding.EncodeToString([]byte(last.SortOn + " " + last.Reference))
	}
	return rows, next, err
}

func cursor(after string) (date, reference string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil {
		return "", "", errs.Wrap(errs.Invalid, "queue.cursor", err)
	}
	date, reference, _ = strings.Cut(string(b), " ")
	if after == "" {
		return "", "", nil
	}
	if _, err = time.Parse(time.DateOnly, date); err != nil || !isReference(reference) {
		return "", "", errs.New(errs.Invalid, "queue.cursor")
	}
	return date, reference, nil
}

// mostRows bounds one page of a queue.
const mostRows = 200

// markUnread finds the cases of a list to which the applicant sent something
// that no person has opened since: deposits are timed in whole seconds.
func markUnread(tx *db.Tx, rows []Row) error {
	at := map[string]int{}
	var marks []string
	var args []any
	for i, r := range rows {
		at[r.Reference] = i
		args = append(args, r.Reference)
		marks = append(marks, "$"+strconv.Itoa(len(args)))
	}
	if len(rows) == 0 {
		return nil
	}
	list, err := tx.Query(`SELECT DISTINCT a.reference FROM action a
		WHERE a.reference IN (`+strings.Join(marks, ", ")+`) AND a.actor = '`+applicant+`' AND a.kind NOT IN ('`+ActFiled+`', '`+ActWithdrawn+`')
		AND NOT EXISTS (SELECT 1 FROM access x WHERE x.reference = a.reference AND x.machine = 0 AND x.at > a.at + 1000000)`, args...)
	if err != nil {
		return err
	}
	defer list.Close()
	for list.Next() {
		var reference string
		if err := list.Scan(&reference); err != nil {
			return err
		}
		rows[at[reference]].Unread = true
	}
	return list.Err()
}
