package intake

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/service"
)

const draftLabel = "wasl-draft-1/"

// Draft is an application being filled, opened for one request.
type Draft struct {
	Service   *service.Definition
	Code      string // resume code in groups, to show
	Token     string // hidden form token
	StartedAt time.Time
	Authority string // chosen authority, "" while not chosen
	Typed     service.Typed
	Files     []service.FileRef
	Filed     string // reference once filed, else ""
	Stopped   string // page to go on with, where a document that may come later lacked when the person stopped

	code     seal.Code
	keys     *seal.Keys
	step     string // what it becomes: KindFiling, or an answer's step
	body     draftBody
	revision int64 // 0 while nothing is stored
	claim    string
	added    []string // files that this request added
}

// draftBody is what a draft's seal covers: what was typed, exactly, and the
// envelope being prepared. The content key rests here, so that files are
// sealed once, as they arrive.
type draftBody struct {
	Version   string          `json:"version"` // service bundle hash
	Envelope  string          `json:"envelope"`
	Key       seal.ContentKey `json:"key"`
	Authority string          `json:"authority"`
	Typed     service.Typed   `json:"typed"`
	Broken    brokenText      `json:"broken,omitempty"` // what of typed is not UTF-8, as it was
	Files     []draftFile     `json:"files"`
	Started   int64           `json:"started"`
	Stopped   string          `json:"stopped,omitempty"`
}

// brokenText keeps values that JSON would change: control name → values.
type brokenText map[string][][]byte

// encode writes a body so that every typed byte comes back.
func (b draftBody) encode() ([]byte, error) {
	b.Broken = brokenText{}
	for name, values := range b.Typed {
		if slices.ContainsFunc(values, func(v string) bool { return !utf8.ValidString(v) }) {
			for _, v := range values {
				b.Broken[name] = append(b.Broken[name], []byte(v))
			}
		}
	}
	clear, err := json.Marshal(b)
	if err != nil {
		return nil, errs.Wrap(errs.Internal, "draft.broken", errors.New("draft body does not encode"))
	}
	return clear, nil
}

func decodeBody(clear []byte) (b draftBody, err error) {
	if err := json.Unmarshal(clear, &b); err != nil {
		return b, errs.Wrap(errs.Internal, "draft.broken", errors.New("draft body does not decode"))
	}
	if b.Typed == nil {
		b.Typed = service.Typed{}
	}
	for name, values := range b.Broken {
		b.Typed[name] = nil
		for _, v := range values {
			b.Typed[name] = append(b.Typed[name], string(v))
		}
	}
	return b, nil
}

type draftFile struct {
	service.FileRef
	Mark   []byte          `json:"mark"`  // keyed digest that tells a file sent again, see newMark
	Claim  string          `json:"claim"` // the last request that brought it
	Sealed seal.SealedFile `json:"sealed"`
}

// row is the draft's key in the store.
func (dr *Draft) row() string {
	if dr.step == KindFiling {
		return locatorHash(dr.keys)
	}
	return locatorHash(dr.keys) + "/" + dr.step
}

func newBody(version string, now time.Time) draftBody {
	b := draftBody{Version: version, Envelope: randomID(), Typed: service.Typed{}, Started: db.Micros(now)}
	rand.Read(b.Key[:])
	return b
}

func (b draftBody) refs() []service.FileRef {
	refs := make([]service.FileRef, 0, len(b.Files))
	for _, f := range b.Files {
		refs = append(refs, f.FileRef)
	}
	return refs
}

// Begin is the draft in progress of this visit for a service, or a new one
// under a new code. Nothing is stored of a new draft until its first answer.
// The cookie is "" when the browser already has it.
func (d *Desk) Begin(ctx context.Context, v *Visit, serviceID string) (*Draft, string, error) {
	def, err := d.Service(serviceID)
	if err != nil {
		return nil, "", err
	}
	if dr, err := d.Draft(ctx, v, serviceID, ""); err == nil && dr.Filed == "" {
		return dr, "", nil
	} else if err != nil && errs.KindOf(err) != errs.NotFound {
		return nil, "", err
	}
	code := seal.NewCode()
	keys := code.Derive()
	v, s, cookie, err := d.hold(ctx, v, serviceID, code, keys)
	if err != nil {
		return nil, "", err
	}
	dr := &Draft{Service: def, code: code, keys: keys, step: KindFiling, body: newBody(def.Hash, time.Now())}
	dr.expose(v, s)
	return dr, cookie, nil
}

// Draft is the newest draft of this visit for the service; a posted form token
// picks the one the form was made for. errs.NotFound when there is none.
func (d *Desk) Draft(ctx context.Context, v *Visit, serviceID, token string) (*Draft, error) {
	if v == nil {
		return nil, errs.New(errs.NotFound, "draft.none")
	}
	var chosen *slot
	for i, s := range v.slots {
		if s.service != serviceID {
			continue
		}
		if chosen == nil || token != "" && v.token(s.id) == token {
			chosen = &v.slots[i]
		}
	}
	if chosen == nil {
		return nil, errs.New(errs.NotFound, "draft.none")
	}
	code, err := v.open(*chosen)
	if err != nil {
		return nil, err
	}
	return d.openDraft(ctx, v, *chosen, code)
}

// openDraft reads what a code's draft holds now; a code without a stored draft
// is a fresh one, or one that was filed.
func (d *Desk) openDraft(ctx context.Context, v *Visit, s slot, code seal.Code) (*Draft, error) {
	dr := &Draft{code: code, keys: code.Derive(), step: KindFiling}
	if err := d.reload(ctx, dr); err != nil {
		return nil, err
	}
	if dr.revision == 0 && dr.Filed == "" {
		def, err := d.Service(s.service)
		if err != nil {
			return nil, err
		}
		dr.Service, dr.body = def, newBody(def.Hash, time.Now())
	}
	dr.expose(v, s)
	return dr, nil
}

// reload brings a draft to what is stored; without anything stored it keeps
// what it is.
func (d *Desk) reload(ctx context.Context, dr *Draft) error {
	var sealed []byte
	var version, reference string
	var revision int64
	err := d.db.View(ctx, func(tx *db.Tx) error {
		row := tx.QueryRow(`SELECT reference, version FROM submission WHERE locator = $1 AND step = $2`, locatorHash(dr.keys), dr.step)
		if err := row.Scan(&reference, &version); err == nil || !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		err := tx.QueryRow(`SELECT revision, sealed FROM draft WHERE locator = $1`, dr.row()).Scan(&revision, &sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("reading a draft: %w", err)
	}
	if dr.revision > 0 && revision == 0 && reference == "" {
		return errs.New(errs.NotFound, "draft.none") // it was forgotten meanwhile
	}
	dr.Filed, dr.revision = reference, revision
	if sealed != nil {
		if dr.body, err = dr.open(sealed); err != nil {
			return err
		}
		version = dr.body.Version
		dr.show()
	}
	if version != "" {
		if dr.Service = d.catalogue().byHash[version]; dr.Service == nil {
			return errs.New(errs.NotFound, "service.unknown")
		}
	}
	return nil
}

func (dr *Draft) open(sealed []byte) (body draftBody, err error) {
	clear, err := reopen.Open(dr.keys.Draft, draftLabel+dr.step, sealed)
	if err != nil {
		return body, fmt.Errorf("opening a draft: %w", err)
	}
	return decodeBody(clear)
}

// expose fills the public fields from the body.
func (dr *Draft) expose(v *Visit, s slot) {
	dr.Code = dr.code.String()
	if v != nil {
		dr.Token = v.token(s.id)
	}
	dr.show()
}

func (dr *Draft) show() {
	dr.StartedAt = db.FromMicros(dr.body.Started)
	dr.Authority = dr.body.Authority
	dr.Typed = dr.body.Typed
	dr.Files, dr.Stopped = dr.body.refs(), dr.body.Stopped
}

// change applies f to what is stored and keeps the result; concurrent changes
// are applied one after the other, never lost. f sees a copy it may edit.
func (d *Desk) change(ctx context.Context, dr *Draft, f func(*draftBody) error) error {
	for {
		if dr.Filed != "" {
			return errs.New(errs.Conflict, "draft.filed")
		}
		body := dr.body
		body.Typed = maps.Clone(body.Typed)
		body.Files = slices.Clone(body.Files)
		if err := f(&body); err != nil {
			return err
		}
		done, err := d.store(ctx, dr, body)
		if err != nil || done {
			return err
		}
		if err := d.reload(ctx, dr); err != nil {
			return err
		}
	}
}

// store writes a body unless another request came first (false).
func (d *Desk) store(ctx context.Context, dr *Draft, body draftBody) (bool, error) {
	clear, err := body.encode()
	if err != nil {
		return false, err
	}
	sealed, err := seal.SealTo(dr.keys.Draft, draftLabel+dr.step, clear)
	if err != nil {
		return false, err
	}
	row := dr.row()
	var n int64
	err = d.db.Update(ctx, func(tx *db.Tx) error {
		now := db.Micros(tx.Now)
		var filed int64
		if err := tx.QueryRow(`SELECT count(*) FROM submission WHERE locator = $1 AND step = $2`, locatorHash(dr.keys), dr.step).Scan(&filed); err != nil || filed > 0 {
			n = 0
			return err
		}
		if dr.revision == 0 {
			n, err = tx.Exec(`INSERT INTO draft (locator, service, revision, sealed, started_at, updated_at) VALUES ($1, $2, 1, $3, $4, $5) ON CONFLICT (locator) DO NOTHING`,
				row, dr.Service.ID, sealed, body.Started, now)
			return err
		}
		n, err = tx.Exec(`UPDATE draft SET revision = revision + 1, sealed = $1, updated_at = $2 WHERE locator = $3 AND revision = $4`,
			sealed, now, row, dr.revision)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keeping a draft: %w", err)
	}
	if n == 1 {
		dr.revision++
		dr.body = body
		dr.show()
	}
	return n == 1, nil
}

// SavePage keeps what was typed on one page, exactly, right or wrong. Controls
// of other pages, and names starting with "_", are ignored.
//
// A post brings its page whole, its rows too, and takes the place of what the
// page was: posted again it changes nothing. A row is added to, or removed
// from, the rows of that very post, never those stored, so that a repeated
// _add gives the same rows again. A post that a slow network delivers after a
// later one of the same page is not told from going back and posting anew: the
// last to arrive stands, as the page then shows it.
func (d *Desk) SavePage(ctx context.Context, dr *Draft, page string, typed service.Typed) error {
	p := dr.Service.Page(page)
	if p == nil {
		return errs.New(errs.NotFound, "page.unknown")
	}
	return d.change(ctx, dr, func(b *draftBody) error {
		p.Keep(b.Typed, typed)
		if b.Stopped == page {
			b.Stopped = ""
		}
		return nil
	})
}

// Stop notes the page on which a person saved for later: it asks for a document
// that may come later and was not given, so it is the page to go on with.
func (d *Desk) Stop(ctx context.Context, dr *Draft, page string) error {
	return d.change(ctx, dr, func(b *draftBody) error {
		b.Stopped = page
		return nil
	})
}

// SetAuthority chooses who decides; errs.Invalid where it does not offer the service.
func (d *Desk) SetAuthority(ctx context.Context, dr *Draft, id string) error {
	if d.offer(dr.Service.ID, id) == nil {
		return errs.New(errs.Invalid, "authority.unknown")
	}
	return d.change(ctx, dr, func(b *draftBody) error {
		b.Authority = id
		return nil
	})
}

// NeedsAuthority tells whether several authorities offer the draft's service.
func (d *Desk) NeedsAuthority(dr *Draft) bool {
	return len(d.catalogue().offers(dr.Service.ID)) > 1
}

// Read is what the typed values mean today, at the chosen authority's fees.
func (d *Desk) Read(dr *Draft) service.Reading {
	c := d.catalogue()
	return dr.Service.Read(dr.Typed, dr.Files, c.env(chooseOffer(c.book, dr.Service.ID, dr.Authority), time.Now()))
}

// env is what answers are judged against; offer may be nil.
func (c *catalogue) env(offer *authority.Offer, now time.Time) service.Env {
	var env service.Env
	if c.book != nil {
		env.Territory = c.book.Territory
	}
	if c.profile != nil {
		env.Today = c.profile.DateOf(now).String()
	}
	if offer != nil {
		env.Fees = offer.Fees
	}
	return env
}

func hexDigest(b [32]byte) string { return hex.EncodeToString(b[:]) }
