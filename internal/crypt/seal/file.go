package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
)

// A sealed file is a row of chunks. A chunk's text is 64 KiB (the last one may
// be shorter): two bytes for how much of the file it holds, that much of the
// file, zeros. A chunk with room left is followed by empty ones only, which
// bring the sum of the texts to a padded size. A chunk's nonce is its number
// in 11 bytes, then 1 for the last chunk and 0 for the others.
const (
	chunkSize = 64 << 10
	chunkHead = 2
	chunkRoom = chunkSize - chunkHead
)

// FileSealer seals one file as it streams in. Close ends it; without Close
// what was written opens as nothing.
type FileSealer struct {
	w      io.Writer
	aead   cipher.AEAD
	aad    []byte
	digest hash.Hash
	head   FileHeader
	buf    []byte // chunk being filled, with room for a tag
	n      int    // bytes of the file in buf
	number uint64 // chunks written
	err    error
}

// SealFile starts sealing a file of an envelope into w. The file's id is 32 hex
// digits, used once per envelope and key.
func SealFile(key ContentKey, envelope, id string, w io.Writer) (*FileSealer, error) {
	return sealFile(key, envelope, id, newSalt(), w)
}

func sealFile(key ContentKey, envelope, id string, salt []byte, w io.Writer) (*FileSealer, error) {
	if !isHex(envelope, 16) || !isHex(id, 16) {
		return nil, ErrFormat
	}
	a, commitment, err := key.part(labelFile, envelope, id, salt).aead()
	if err != nil {
		return nil, err
	}
	return &FileSealer{w: w, aead: a, aad: fileAAD(envelope, id), digest: sha256.New(), buf: make([]byte, chunkSize, chunkSize+tagSize),
		head: FileHeader{ID: id, Salt: salt, Commitment: commitment}}, nil
}

func fileAAD(envelope, id string) []byte { return []byte(labelFile + "\x00" + envelope + "\x00" + id) }

// Write seals p, whole chunks at once.
func (s *FileSealer) Write(p []byte) (int, error) {
	done := 0
	for len(p) > 0 && s.err == nil {
		if s.n == chunkRoom {
			s.flush(chunkSize, false)
		}
		n := copy(s.buf[chunkHead+s.n:], p)
		s.n, done, p = s.n+n, done+n, p[n:]
	}
	return done, s.err
}

// flush writes the chunk in hand with a text of size bytes.
func (s *FileSealer) flush(size int, last bool) {
	if s.err != nil {
		return
	}
	binary.BigEndian.PutUint16(s.buf, uint16(s.n))
	clear(s.buf[chunkHead+s.n : size])
	nonce := chunkNonce(s.number, last)
	sealed := s.aead.Seal(s.buf[:0], nonce[:], s.buf[:size], s.aad)
	s.digest.Write(sealed)
	_, s.err = s.w.Write(sealed)
	s.head.Size += int64(size)
	s.n, s.number = 0, s.number+1
}

// Close pads the file, writes its end and tells what a header carries of it.
// It does not close the writer behind.
func (s *FileSealer) Close() (SealedFile, error) {
	if s.err != nil {
		return SealedFile{}, s.err
	}
	whole := s.head.Size + chunkHead + int64(s.n)
	for left := Padded(whole) - s.head.Size; left > 0; {
		size := min(left, chunkSize)
		left -= size
		s.flush(int(size), left == 0)
	}
	if s.err != nil {
		return SealedFile{}, s.err
	}
	s.err = errors.New("seal: file is closed")
	s.head.Digest = s.digest.Sum(nil)
	clear(s.buf)
	return s.head, nil
}

func chunkNonce(number uint64, last bool) (nonce [12]byte) {
	binary.BigEndian.PutUint64(nonce[3:11], number)
	if last {
		nonce[11] = 1
	}
	return nonce
}

// FileReader opens one sealed file as it streams out. It gives no byte of a
// chunk that does not stand, and the last chunk only when the digest of the
// whole stands.
type FileReader struct {
	r      io.Reader
	aead   cipher.AEAD
	aad    []byte
	digest hash.Hash
	head   FileHeader
	left   int64  // bytes of text still to come
	buf    []byte // one sealed chunk
	clear  []byte // part of buf still to give
	number uint64
	short  bool // a chunk had room left: the others are empty
	err    error
}

// OpenFile opens what SealFile sealed under the same key, envelope and id.
// Only crypt/reopen and crypt/unseal call it.
func OpenFile(key ContentKey, envelope string, f SealedFile, r io.Reader) (*FileReader, error) {
	if !isHex(envelope, 16) {
		return nil, ErrFormat
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	a, err := key.part(labelFile, envelope, f.ID, f.Salt).committed(f.Commitment)
	if err != nil {
		return nil, err
	}
	return &FileReader{r: r, aead: a, aad: fileAAD(envelope, f.ID), digest: sha256.New(), head: f, left: f.Size,
		buf: make([]byte, min(f.Size, chunkSize)+tagSize)}, nil
}

// Read gives the clear bytes; ErrSealed or ErrFormat when they do not stand.
func (f *FileReader) Read(p []byte) (int, error) {
	for len(f.clear) == 0 && f.err == nil {
		if f.left == 0 {
			f.err = io.EOF
			break
		}
		if f.clear, f.err = f.next(); f.err != nil {
			f.clear = nil
		}
	}
	if len(f.clear) == 0 {
		if len(p) == 0 && f.err == io.EOF {
			return 0, nil
		}
		return 0, f.err
	}
	n := copy(p, f.clear)
	f.clear = f.clear[n:]
	return n, nil
}

// next opens one chunk.
func (f *FileReader) next() ([]byte, error) {
	size := min(f.left, chunkSize)
	sealed := f.buf[:size+tagSize]
	if _, err := io.ReadFull(f.r, sealed); err != nil {
		return nil, ErrSealed
	}
	f.digest.Write(sealed)
	f.left -= size
	last := f.left == 0
	nonce := chunkNonce(f.number, last)
	text, err := f.aead.Open(sealed[:0], nonce[:], sealed, f.aad)
	if err != nil {
		return nil, ErrSealed
	}
	f.number++
	n := int(binary.BigEndian.Uint16(text))
	if n > len(text)-chunkHead || f.short && n > 0 || !zeros(text[chunkHead+n:]) {
		return nil, ErrFormat
	}
	f.short = f.short || n < chunkRoom
	if last {
		if !bytes.Equal(f.digest.Sum(nil), f.head.Digest) {
			return nil, ErrSealed
		}
		if n, _ := io.ReadFull(f.r, make([]byte, 1)); n > 0 {
			return nil, ErrSealed
		}
	}
	return text[chunkHead : chunkHead+n], nil
}

// FileCheck holds a sealed file, written to it in clear of any key, against
// its header: who copies a file between stores writes it here too.
type FileCheck struct {
	digest hash.Hash
	n      int64
	head   FileHeader
}

// NewFileCheck starts holding ciphertext against a header.
func NewFileCheck(f FileHeader) *FileCheck { return &FileCheck{digest: sha256.New(), head: f} }

// Write takes more of the ciphertext; it never fails.
func (c *FileCheck) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return c.digest.Write(p)
}

// Done is ErrSealed when what was written is not the header's file.
func (c *FileCheck) Done() error {
	if c.n != sealedSize(c.head.Size) || !bytes.Equal(c.digest.Sum(nil), c.head.Digest) {
		return ErrSealed
	}
	return nil
}

// sealedSize is how many bytes a sealed file of a padded size takes.
func sealedSize(padded int64) int64 {
	return padded + (padded+chunkSize-1)/chunkSize*tagSize
}
