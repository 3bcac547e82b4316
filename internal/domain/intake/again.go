package intake

import (
	"bufio"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"io"
	"slices"

	"wasl/internal/base/errs"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/service"
)

// adopt adds a sealed file to the draft, or gives the one that is there
// already. full is why there was no room for it, nil when it is sealed.
func (d *Desk) adopt(ctx context.Context, dr *Draft, rule fileRule, f draftFile, full error) (kept draftFile, err error) {
	envelope := dr.body.Envelope
	err = d.change(ctx, dr, func(b *draftBody) error {
		kept = draftFile{}
		if b.Envelope != envelope {
			return errs.New(errs.Conflict, "draft.changed")
		}
		if i := slices.IndexFunc(b.Files, func(have draftFile) bool { return hmac.Equal(have.Mark, f.Mark) }); i >= 0 {
			b.Files[i].Claim = f.Claim
			kept = b.Files[i]
			return nil
		}
		err := full
		if err == nil {
			err = rule.room(b.Files)
		}
		if err != nil {
			return err
		}
		b.Files, kept = append(b.Files, f), f
		return nil
	})
	if err == nil && kept.ID == f.ID {
		dr.added = append(dr.added, f.ID)
	}
	return kept, err
}

// Undo takes the files that this request added off the draft again, because
// its page was refused whole. A file that another request has brought since
// stays: that one was told that it is kept.
func (d *Desk) Undo(ctx context.Context, dr *Draft) error {
	if dr == nil || len(dr.added) == 0 || dr.Filed != "" {
		return nil
	}
	ctx = context.WithoutCancel(ctx) // a page that broke off is refused too
	var gone []string
	err := d.change(ctx, dr, func(b *draftBody) error {
		gone = nil
		b.Files = slices.DeleteFunc(b.Files, func(f draftFile) bool {
			undone := f.Claim == dr.claim && slices.Contains(dr.added, f.ID)
			if undone {
				gone = append(gone, BlobName(b.Envelope, f.ID))
			}
			return undone
		})
		return nil
	})
	if kind := errs.KindOf(err); err != nil && (kind == errs.Conflict || kind == errs.NotFound) {
		return nil // filed or forgotten meanwhile: there is no draft to mend
	}
	if err != nil {
		return err
	}
	dr.added = nil
	return d.dropBlobs(ctx, gone)
}

// claims names this request among those that bring files.
func (dr *Draft) claims() string {
	if dr.claim == "" {
		dr.claim = randomID()
	}
	return dr.claim
}

// newMark begins a file's mark: an HMAC of question, name and clear bytes
// under a key from the content key. It tells that a file is sent again; it
// rests in the sealed draft alone, and says nothing without its key.
func newMark(key seal.ContentKey, f service.FileRef) (hash.Hash, error) {
	sub, err := hkdf.Expand(sha256.New, key[:], "wasl-file-mark-1", sha256.Size)
	if err != nil {
		return nil, errs.Wrap(errs.Internal, "internal", err)
	}
	mark := hmac.New(sha256.New, sub)
	io.WriteString(mark, f.Question+"\x00"+f.Name+"\x00")
	return mark, nil
}

// readMark is the mark of a file that is not kept.
func readMark(key seal.ContentKey, f service.FileRef, clear *bufio.Reader) ([]byte, error) {
	mark, err := newMark(key, f)
	if err != nil {
		return nil, err
	}
	if err := strip(f.MediaType, clear, mark); err != nil {
		return nil, cut(err)
	}
	return mark.Sum(nil), nil
}
