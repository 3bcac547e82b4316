package intake

import (
	"slices"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/service"
)

// What an access entry's fields name: the first and last alone, the others
// with "/" and an id behind.
const (
	OpenedFile       = "file"       // every answer and letter
	OpenedAttachment = "attachment" // one attached file, by its id
	OpenedDocument   = "document"   // an issued document, by its number
	OpenedIntake     = "intake"     // what search and the clock need, read by a machine
)

// Part is one thing that was opened, as its applicant knows it.
type Part struct {
	Kind string // one of the Opened
	Name string // of an attachment or a document; "" where the case has none such
}

// Parts says what an access entry opened. The office names attachments by
// their ids alone: their names come from the applicant's own envelopes.
func (c *Case) Parts(a Access) []Part {
	var out []Part
	for _, field := range a.Fields {
		kind, id, _ := strings.Cut(field, "/")
		switch kind {
		case OpenedFile, OpenedIntake:
			out = append(out, Part{Kind: kind})
		case OpenedAttachment:
			out = append(out, Part{kind, c.attachment(id)})
		case OpenedDocument:
			out = append(out, Part{kind, id})
		}
	}
	return out
}

// attachment is the name of an attached file, of the filing or of an answer.
func (c *Case) attachment(id string) string {
	for i := range c.own {
		files, err := c.own[i].list(c.keys)
		if err != nil {
			continue // the entry still tells that an attachment was opened
		}
		if n := slices.IndexFunc(files, func(f service.FileRef) bool { return f.ID == id }); n >= 0 {
			return files[n].Name
		}
	}
	return ""
}

// list opens an envelope for the names of its files, once.
func (e *ownEnvelope) list(keys *seal.Keys) (files []service.FileRef, err error) {
	if e.files != nil {
		return e.files, nil
	}
	if err := e.open(keys); err != nil {
		return nil, err
	}
	e.files, err = ParseFiles(e.opened.Sections[SectionFiles])
	return e.files, err
}

// open opens an envelope, once.
func (e *ownEnvelope) open(keys *seal.Keys) error {
	if e.opened != nil {
		return nil
	}
	env, err := seal.Unmarshal(e.body)
	if err != nil {
		return err
	}
	if e.opened, err = reopen.Envelope(keys, env); err != nil {
		return errs.Wrap(errs.Internal, "internal", err)
	}
	return nil
}
