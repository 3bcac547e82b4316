package intake

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"wasl/internal/base/errs"
	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/service"
)

// Limits of what an applicant sends.
const (
	MaxFile       = 10 << 20 // bytes of one file
	maxNameLength = 120      // runes of a file name
)

// BlobName is where a sealed file rests: envelope and file id, hex.
func BlobName(envelope, file string) string { return envelope + file }

// attachments are the types of a file that belongs to no question.
var attachments = []string{"application/pdf", "image/jpeg", "image/png", "image/webp", "image/heic"}

// fileRule is what a question takes.
type fileRule struct {
	question string
	types    []string
	most     int
}

// AddFile seals a file as it streams and adds it to the draft. The type is
// told by its content. A page sent again, because its answer was lost on the
// way, brings its files again: the same bytes under the same name for the same
// question are the file that is there, also where there is no room for
// another. errs.Invalid with file.question, file.empty, file.type, file.size,
// file.count or file.cut says why a file is refused; nothing of it is kept
// then.
func (d *Desk) AddFile(ctx context.Context, dr *Draft, question, name string, r io.Reader) (service.FileRef, error) {
	q := dr.Service.Question(question)
	if q == nil || q.Type != service.File {
		return service.FileRef{}, errs.New(errs.Invalid, "file.question")
	}
	return d.keepFile(ctx, dr, fileRule{question: question, types: q.MediaTypes(), most: q.MaxFiles}, name, r)
}

func (d *Desk) keepFile(ctx context.Context, dr *Draft, rule fileRule, name string, r io.Reader) (service.FileRef, error) {
	if dr.Filed != "" {
		return service.FileRef{}, errs.New(errs.Conflict, "draft.filed")
	}
	media, clear, err := inspect(rule.types, r)
	if err != nil {
		return service.FileRef{}, err
	}
	f := draftFile{FileRef: service.FileRef{ID: randomID(), Question: rule.question, Name: cleanName(name), MediaType: media}, Claim: dr.claims()}
	full := rule.room(dr.body.Files)
	if full == nil {
		err = d.sealLoose(ctx, dr, &f, clear)
	} else { // read it, to see whether it is there already
		f.Mark, err = readMark(dr.body.Key, f.FileRef, clear)
	}
	if err != nil {
		return service.FileRef{}, err
	}
	kept, err := d.adopt(ctx, dr, rule, f, full)
	kind := errs.KindOf(err)
	refused := kind == errs.Invalid || kind == errs.Conflict || kind == errs.NotFound // any other error may have kept it: Sweep knows
	if unused := kept.ID != f.ID; full == nil && (refused || err == nil && unused) {
		err = errors.Join(err, d.dropBlobs(ctx, []string{BlobName(dr.body.Envelope, f.ID)}))
	}
	return kept.FileRef, err
}

// sealLoose seals a file that no draft names yet; nothing is left of one that
// fails.
func (d *Desk) sealLoose(ctx context.Context, dr *Draft, f *draftFile, clear *bufio.Reader) error {
	blob := BlobName(dr.body.Envelope, f.ID)
	if err := d.expect(ctx, dr.row(), blob); err != nil {
		return err
	}
	if err := d.sealFile(ctx, dr.body, f, clear); err != nil {
		return errors.Join(err, d.dropBlobs(ctx, []string{blob}))
	}
	return nil
}

// room refuses one file more than the question takes.
func (rule fileRule) room(files []draftFile) error {
	n := 0
	for _, f := range files {
		if f.Question == rule.question {
			n++
		}
	}
	if n >= rule.most {
		return errs.New(errs.Invalid, "file.count", "max", rule.most)
	}
	return nil
}

// inspect tells a file's type by its first bytes and refuses another than
// those given. The reader goes on from the first byte.
func inspect(types []string, r io.Reader) (media string, all *bufio.Reader, err error) {
	buf := bufio.NewReaderSize(&capped{r: r}, 4096)
	head, err := buf.Peek(3072)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", nil, cut(err)
	}
	if len(head) == 0 {
		return "", nil, errs.New(errs.Invalid, "file.empty")
	}
	media, _, _ = strings.Cut(mimetype.Detect(head).String(), ";")
	if !slices.Contains(types, media) {
		return "", nil, errs.New(errs.Invalid, "file.type")
	}
	return media, buf, nil
}

// sealFile streams a file into the blob store under the envelope's content
// key, without what a photo tells of its making, and fills in size and seal.
// Only ciphertext reaches the disk.
func (d *Desk) sealFile(ctx context.Context, b draftBody, f *draftFile, clear *bufio.Reader) error {
	w, err := d.blobs.Create(ctx)
	if err != nil {
		return err
	}
	defer w.Abort()
	sealer, err := seal.SealFile(b.Key, b.Envelope, f.ID, w)
	if err != nil {
		return err
	}
	mark, err := newMark(b.Key, f.FileRef)
	if err != nil {
		return err
	}
	counted := &counter{Writer: io.MultiWriter(sealer, mark)}
	if err := strip(f.MediaType, clear, counted); counted.err != nil {
		return fmt.Errorf("sealing a file: %w", counted.err)
	} else if err != nil {
		return cut(err)
	}
	f.Size, f.Mark = counted.n, mark.Sum(nil)
	if f.Sealed, err = sealer.Close(); err != nil {
		return err
	}
	return w.Commit(BlobName(b.Envelope, f.ID))
}

// capped refuses a file that is larger than MaxFile.
type capped struct {
	r io.Reader
	n int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.n += int64(n); c.n > MaxFile {
		err = errs.New(errs.Invalid, "file.size", "max", MaxFile>>20)
	}
	return n, err
}

// cut classifies why a file did not arrive: a reader's own reason, or that it
// was cut.
func cut(err error) error {
	var known *errs.Error
	if errors.As(err, &known) {
		return err
	}
	return errs.Wrap(errs.Invalid, "file.cut", err)
}

// counter counts the bytes it hands on, and keeps the first failure to.
type counter struct {
	io.Writer
	n   int64
	err error
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += int64(n)
	if c.err == nil {
		c.err = err
	}
	return n, err
}

// cleanName keeps a file's name fit to show: no path, no control or direction
// characters, at most 120 runes.
func cleanName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if runes := []rune(name); len(runes) > maxNameLength {
		name = string(runes[:maxNameLength])
	}
	if name = strings.TrimSpace(name); name == "" {
		return "file"
	}
	return name
}

// RemoveFile takes a file off the draft; its sealed bytes go with it.
func (d *Desk) RemoveFile(ctx context.Context, dr *Draft, fileID string) error {
	found := false
	err := d.change(ctx, dr, func(b *draftBody) error {
		kept := b.Files[:0]
		for _, f := range b.Files {
			if f.ID == fileID {
				found = true
				continue
			}
			kept = append(kept, f)
		}
		b.Files = kept
		return nil
	})
	if err != nil || !found {
		return err
	}
	return d.dropBlobs(ctx, []string{BlobName(dr.body.Envelope, fileID)})
}

// OpenFile rereads one of the draft's files; errs.NotFound when it has none such.
func (d *Desk) OpenFile(ctx context.Context, dr *Draft, fileID string) (service.FileRef, io.ReadCloser, error) {
	for _, f := range dr.body.Files {
		if f.ID != fileID {
			continue
		}
		rc, err := d.openBlob(dr.body.Key, dr.body.Envelope, f.Sealed)
		return f.FileRef, rc, err
	}
	return service.FileRef{}, nil, errs.New(errs.NotFound, "file.unknown")
}

func (d *Desk) openBlob(key seal.ContentKey, envelope string, f seal.SealedFile) (io.ReadCloser, error) {
	sealed, _, err := d.blobs.Open(BlobName(envelope, f.ID))
	if err != nil {
		return nil, err
	}
	clear, err := reopen.File(key, envelope, f, sealed)
	if err != nil {
		return nil, errors.Join(err, sealed.Close())
	}
	return fileReader{clear, sealed}, nil
}

// fileReader reads clear bytes; closing it closes the blob behind them.
type fileReader struct {
	io.Reader
	io.Closer
}
