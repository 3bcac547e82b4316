package sign_test

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"wasl/internal/base/pdf"
	"wasl/internal/crypt/sign"
	"wasl/verify"
)

// TestAppendToPDF signs a page as our own writer makes it, with the QR on it.
func TestAppendToPDF(t *testing.T) {
	o := newOffice(t)
	facts := document()
	facts.Title, facts.Facts = "شهادة السكنى", []verify.Fact{{Label: "Nom", Value: "Salma El Mithali"}}
	code, err := o.document.SignQR(facts)
	if err != nil {
		t.Fatal(err)
	}
	d := pdf.New(pdf.Meta{Title: "Certificat", Language: "fr", Created: now})
	d.Heading(1, pdf.Style{Size: 18}, "Certificat")
	d.Beside(code, 120, "QR", func() { d.Paragraph(pdf.Style{}, pdf.Span{Text: "Salma El Mithali"}) })
	page, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(page)
	facts.Digest = sum[:]
	payload, err := o.document.SignDocument(facts)
	if err != nil {
		t.Fatal(err)
	}
	file, err := sign.AppendToPDF(page, payload)
	if err != nil {
		t.Fatal(err)
	}
	if r := verify.File(file, o.trust, now, verify.Options{}); r.Code != verify.CodeDocument {
		t.Errorf("File = %s: %s", r.Code, r.Sentence)
	}
	if got, part, err := verify.FromPDF(file); err != nil || !bytes.Equal(got, payload) || !bytes.Equal(part, page) {
		t.Errorf("FromPDF gives %d and %d bytes, %v", len(got), len(part), err)
	}
	if _, err := sign.AppendToPDF([]byte("hello"), payload); err == nil {
		t.Error("something that is no PDF takes signed facts")
	}
}
