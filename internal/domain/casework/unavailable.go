package casework

import (
	"context"
	"slices"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// Unavailable tells that the administration cannot fetch a piece by itself, and
// invites the applicant to supply it (law 55-19 art. 24). It stops nothing and
// sets the applicant no term.
type Unavailable struct {
	ID        string
	Questions []string // ids of the fetched pieces, or of the questions for which they stand
	Text      string   // the reasons
}

// Unavailable writes to the applicant, under an opening in force, at most
// fifteen days after filing. errs.Invalid act.pieces or act.unknown-piece;
// errs.Conflict act.no-fetch or act.fetch-late.
func (o *Office) Unavailable(ctx context.Context, who *identity.Agent, reference string, u Unavailable) error {
	return o.tellOne(ctx, who, reference, notice{client: u.ID, kind: ActUnavailable, text: u.Text, leaf: leafAct,
		event: clock.Event{Do: clock.NoticeUnavailable, Docs: u.Questions}, data: map[string]string{questionsData: strings.Join(u.Questions, ",")},
		letter: func(l *intake.Letter) { l.Questions = u.Questions }, check: u.check})
}

func (u Unavailable) check(m *material) error {
	if len(u.Questions) == 0 {
		return errs.New(errs.Invalid, "act.pieces")
	}
	for _, id := range u.Questions {
		fetched := slices.ContainsFunc(m.definition.Fetch, func(f service.Fetch) bool { return f.ID == id })
		q := m.definition.Question(id)
		if !fetched && (q == nil || q.Type != service.File) {
			return errs.New(errs.Invalid, "act.unknown-piece")
		}
	}
	return nil
}
