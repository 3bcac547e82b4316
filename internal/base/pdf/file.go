package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"
)

// file numbers objects and writes them with a cross-reference table.
type file struct {
	objects [][]byte // object n is objects[n-1]
}

// reserve takes a number for an object that is set later.
func (w *file) reserve() int {
	w.objects = append(w.objects, nil)
	return len(w.objects)
}

func (w *file) set(n int, body string) { w.objects[n-1] = []byte(body) }

func (w *file) add(body string) int {
	n := w.reserve()
	w.set(n, body)
	return n
}

// stream adds a compressed stream; extra is further keys of its dictionary.
func (w *file) stream(extra string, data []byte) int {
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err == nil {
		_, err = z.Write(data)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(err) // a buffer takes everything, and the level is one of zlib's
	}
	return w.add(fmt.Sprintf("<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", extra, b.Len(), b.Bytes()))
}

// finish writes the file. Its identifier is the digest of its objects.
func (w *file) finish(root, info int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(w.objects))
	for i, body := range w.objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	id := sha256.Sum256(b.Bytes())
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%X><%X>]>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, root, info, id[:16], id[:16], xref)
	return b.Bytes()
}

// hexText writes a string of people's words.
func hexText(s string) string { return fmt.Sprintf("<FEFF%X>", utf16be(s)) }

// stamp writes a time.
func stamp(t time.Time) string { return t.UTC().Format("(D:20060102150405+00'00')") }

// number writes a measure with at most three decimals.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 3, 64)
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	if s == "-0" {
		return "0"
	}
	return s
}
