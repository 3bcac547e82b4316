package intake

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// Kinds of sealed message from the office.
const (
	MessageRequest   = "request"   // a correction or information is asked
	MessageDecision  = "decision"  // granted or refused, with reasons
	MessageDocument  = "document"  // the issued PDF
	MessageStatement = "statement" // of the clock: what its dates are and why, for whoever asks
	MessageNotice    = "notice"    // another letter: an extension, a return, a piece that cannot be fetched …
	MessageAccess    = "access"    // somebody, or a machine, opened the file
)

// Letter is the clear content of a request or decision. With legal effect, it
// travels inside a signature of the document key (verify.Act).
type Letter struct {
	ID         string   `json:"id"`
	Reference  string   `json:"reference"`
	Kind       string   `json:"kind"`
	At         string   `json:"at"` // RFC 3339
	Language   string   `json:"language"`
	Text       string   `json:"text"`
	Request    string   `json:"request,omitempty"`     // replacement, originals, information
	Questions  []string `json:"questions,omitempty"`   // pieces to replace
	WindowLast string   `json:"window_last,omitempty"` // applicant's last day
	Outcome    string   `json:"outcome,omitempty"`     // granted, refused; of an appeal: upheld, dismissed
	Reasons    []string `json:"reasons,omitempty"`     // ids of the service's reasons
	Document   string   `json:"document,omitempty"`    // file name of the issued document
	About      string   `json:"about,omitempty"`       // of a notice: extended, returned, notice-unavailable, payment-asked, head-answer
	For        string   `json:"for,omitempty"`         // of an extension: expertise, inquiry
	Days       int      `json:"days,omitempty"`        // of an extension
	NewDue     string   `json:"new_due,omitempty"`     // of an extension: the new last day, "" while it cannot be told; of a payment: until when
	Accesses   int      `json:"accesses,omitempty"`    // entries of who opened the file, when this was signed: none can be hidden
}

// Access is one entry of "who opened my file": a person of the office, or a
// machine acting by rule, in which case no person read anything.
type Access struct {
	N       int       `json:"n"`
	At      time.Time `json:"at"`
	Name    string    `json:"name"`
	Role    string    `json:"role"`
	Unit    string    `json:"unit"`
	Purpose string    `json:"purpose"`
	Fields  []string  `json:"fields"` // what was opened, see Case.Parts
	Machine bool      `json:"machine"`
}

// messageLabel binds a sealed message to its case, kind and id.
func messageLabel(reference, kind, id string) string {
	return "wasl-message-1/" + reference + "/" + kind + "/" + id
}

// SealMessage seals what the office writes to an applicant: the file of a
// signed act for a request or decision, a PDF for a document, under the reply
// key; an access entry under the notice key (SealAccess).
func SealMessage(key [32]byte, reference, kind, id string, at time.Time, clear []byte) (SealedMessage, error) {
	m := SealedMessage{ID: id, Reference: reference, At: at, Kind: kind}
	var err error
	m.Sealed, err = seal.SealTo(key, messageLabel(reference, kind, id), clear)
	return m, err
}

// SealAccess seals one access entry; its id is "access/<reference>/<n>".
func SealAccess(notice [32]byte, reference string, a Access) (SealedMessage, error) {
	clear, err := json.Marshal(a)
	if err != nil {
		return SealedMessage{}, errs.Wrap(errs.Internal, "internal", err)
	}
	return SealMessage(notice, reference, MessageAccess, "access/"+reference+"/"+strconv.Itoa(a.N), a.At, clear)
}

func openMessage(key [32]byte, m SealedMessage) ([]byte, error) {
	clear, err := reopen.Open(key, messageLabel(m.Reference, m.Kind, m.ID), m.Sealed)
	if err != nil {
		return nil, fmt.Errorf("opening a message: %w", err)
	}
	return clear, nil
}

// listedFile is a line of the files section.
type listedFile struct {
	ID        string `json:"id"`
	Question  string `json:"question"`
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"`
}

// ParseFiles reads the files section of an envelope.
func ParseFiles(section []byte) ([]service.FileRef, error) {
	var listed []listedFile
	if err := json.Unmarshal(section, &listed); err != nil {
		return nil, errs.Wrap(errs.Internal, "internal", errors.New("a list of files does not decode"))
	}
	refs := make([]service.FileRef, 0, len(listed))
	for _, f := range listed {
		refs = append(refs, service.FileRef{ID: f.ID, Question: f.Question, Name: f.Name, MediaType: f.MediaType, Size: f.Size})
	}
	return refs, nil
}

func encodeData(data map[string]string) (string, error) {
	if data == nil {
		return "{}", nil
	}
	b, err := json.Marshal(data)
	if err != nil {
		return "", errs.Wrap(errs.Internal, "internal", err)
	}
	return string(b), nil
}

func decodeData(text string) (map[string]string, error) {
	data := map[string]string{}
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		return nil, errs.Wrap(errs.Internal, "internal", err)
	}
	return data, nil
}

// OpenLetter opens a sealed letter with the reply key, a statement of the clock
// with the notice key. It is sound when a document key that the root certified
// signed it; what is not signed gives no letter. A statement's text is that of
// its act, for anybody to read.
func OpenLetter(key [32]byte, m SealedMessage, trust *verify.Trust) (l Letter, sound bool, err error) {
	raw, err := openMessage(key, m)
	if err != nil {
		return l, false, err
	}
	act, err := verify.CheckAct(raw, trust)
	if err != nil {
		return l, false, nil
	}
	if act.Kind == MessageStatement {
		l = Letter{ID: act.ID, Reference: act.Reference, Kind: act.Kind, At: act.At.Format(time.RFC3339), Text: act.Text}
		return l, l.ID == m.ID && l.Kind == m.Kind && l.Reference == m.Reference, nil
	}
	if err := json.Unmarshal([]byte(act.Text), &l); err != nil {
		return Letter{}, false, errs.Wrap(errs.Internal, "internal", errors.New("a signed letter does not decode"))
	}
	return l, l.ID == m.ID && l.Kind == m.Kind && l.Reference == m.Reference, nil
}
