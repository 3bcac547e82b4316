package verify

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
)

// The signed facts of a document lie in its PDF as one more object, in an
// incremental update at its end. Nothing on the page refers to the object, and
// the update has one possible form, so that it cannot change what is shown.

const (
	pdfMagic = "%PDF-"
	pdfEnd   = "%%EOF\n"
	pdfMark  = "\n<< /Type /WaslSignature /Length "
)

var (
	pdfSize = regexp.MustCompile(`/Size[ \r\n]+(\d{1,9})[ \r\n/>]`)
	pdfRoot = regexp.MustCompile(`/Root[ \r\n]+(\d{1,9} \d{1,5} R)[ \r\n/>]`)
	pdfInfo = regexp.MustCompile(`/Info[ \r\n]+(\d{1,9} \d{1,5} R)[ \r\n/>]`)
	pdfID   = regexp.MustCompile(`/ID[ \r\n]*(\[[ \r\n]*<[0-9A-Fa-f]*>[ \r\n]*<[0-9A-Fa-f]*>[ \r\n]*\])`)
	pdfTail = regexp.MustCompile(`startxref\r?\n(\d{1,10})\r?\n%%EOF\n$`)
)

// Appendix is the incremental update that puts a document's signed facts at
// the end of its PDF. The PDF must have a plain cross-reference table and end
// with "%%EOF" and a line feed.
func Appendix(pdf, payload []byte) ([]byte, error) {
	dict, start, err := trailer(pdf)
	if err != nil {
		return nil, err
	}
	size, root := pdfSize.FindSubmatch(dict), pdfRoot.FindSubmatch(dict)
	if size == nil || root == nil {
		return nil, failed(CodePDF, "its trailer names no size or root")
	}
	number, err := strconv.Atoi(string(size[1]))
	if err != nil || number == 0 {
		return nil, failed(CodePDF, "its trailer names no size")
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d 0 obj%s%d >>\nstream\n%s\nendstream\nendobj\n", number, pdfMark, len(payload), payload)
	table := len(pdf) + b.Len()
	fmt.Fprintf(&b, "xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %s /Prev %d", number, len(pdf), number+1, root[1], start)
	if m := pdfInfo.FindSubmatch(dict); m != nil {
		fmt.Fprintf(&b, " /Info %s", m[1])
	}
	if m := pdfID.FindSubmatch(dict); m != nil {
		fmt.Fprintf(&b, " /ID %s", m[1])
	}
	fmt.Fprintf(&b, " >>\nstartxref\n%d\n%s", table, pdfEnd)
	return b.Bytes(), nil
}

// trailer is a PDF's last trailer dictionary, and where its table starts.
func trailer(pdf []byte) (dict []byte, start int, err error) {
	if !bytes.HasPrefix(pdf, []byte(pdfMagic)) {
		return nil, 0, failed(CodePDF, "it is not a PDF")
	}
	tail := pdfTail.FindSubmatch(pdf[max(0, len(pdf)-64):])
	if tail == nil {
		return nil, 0, failed(CodePDF, "it does not end as a PDF of ours does")
	}
	start, err = strconv.Atoi(string(tail[1]))
	if err != nil || start >= len(pdf) || !bytes.HasPrefix(pdf[start:], []byte("xref")) {
		return nil, 0, failed(CodePDF, "it has no plain cross-reference table")
	}
	i := bytes.LastIndex(pdf[start:], []byte("trailer"))
	if i < 0 {
		return nil, 0, failed(CodePDF, "it has no trailer")
	}
	return pdf[start+i:], start, nil
}

// FromPDF takes the signed facts out of a document's PDF: the payload, which
// ParseDocument checks, and the part of the file that it signs. A byte changed
// in what was appended is CodePDFChanged, a PDF without any CodePDF.
func FromPDF(pdf []byte) (payload, signedPart []byte, err error) {
	i := bytes.LastIndex(pdf, []byte(pdfMark))
	if i < 0 || !bytes.HasPrefix(pdf, []byte(pdfMagic)) {
		return nil, nil, failed(CodePDF, "it holds no signed facts of ours")
	}
	changed := failed(CodePDFChanged, "it was changed after it was signed")
	number, rest, found := bytes.Cut(pdf[i+len(pdfMark):], []byte(" >>\nstream\n"))
	length, err := strconv.Atoi(string(number))
	if !found || err != nil || length < 0 || length > len(rest) {
		return nil, nil, changed
	}
	payload, signedPart = rest[:length], pdf[:bytes.LastIndexByte(pdf[:i], '\n')+1]
	own, err := Appendix(signedPart, payload)
	if err != nil || !bytes.Equal(own, pdf[len(signedPart):]) {
		return nil, nil, changed
	}
	return payload, signedPart, nil
}
