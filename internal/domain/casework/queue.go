package casework

import (
	"context"
	"encoding/base64"
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
		return list.Err()
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
	return date, reference, nil
}
