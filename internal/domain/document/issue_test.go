package document

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"wasl/internal/base/i18n"
	"wasl/verify"
)

// tool finds a program that judges our files. It is installed by Debian's
// poppler-utils and qpdf.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") != "" || os.Getenv("WASL_REQUIRE_TOOLS") != "" {
		t.Fatalf("%s is missing: apt-get install poppler-utils qpdf", name)
	}
	t.Skipf("%s is not installed (poppler-utils, qpdf)", name)
	return ""
}

// folded drops what extraction may move or add: vowel marks, isolates and
// embeddings, and the kind and number of spaces.
func folded(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '\u064b' && r <= '\u0652', r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// TestIssue issues a document of each service in each language, checks it as
// anyone would and reads its text with other people's tools. Set WASL_SAMPLES
// to a folder to keep the files and look at them.
func TestIssue(t *testing.T) {
	s, trust := signer(t)
	// Poppler takes Tifinagh for letters without direction, and turns it around
	// on a page whose other letters are mostly Arabic: the Amazigh pages get the
	// examples answered in Latin letters.
	examples := map[string][2]string{"residence-certificate": {"hosted", "bill"}, "public-space": {"fair", "terrace"},
		"commercial-opening": {"owner", "bakery"}, "information-request": {"onsite", "budget"},
		"street-complaint": {"danger", "pothole"}, "forsa-call": {"repair", "honey"}}
	for id, pair := range examples {
		for _, l := range i18n.Langs {
			example := pair[0]
			if l == i18n.ZGH {
				example = pair[1]
			}
			t.Run(id+"/"+string(l), func(t *testing.T) {
				in := sample(t, id, example, l)
				if in.Words = "Voir le rapport n° 12."; l != i18n.ZGH {
					in.Words = "أُصلح السلك يوم 3 يونيو.\n\n" + in.Words
				}
				doc, err := Issue(in, s)
				if err != nil {
					t.Fatal(err)
				}
				if n := len(doc.PDF); n > 80_000 {
					t.Errorf("the file has %d bytes, want at most 80,000", n)
				}
				if dir := os.Getenv("WASL_SAMPLES"); dir != "" {
					if err := os.WriteFile(filepath.Join(dir, id+"-"+string(l)+".pdf"), doc.PDF, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				r := verify.File(doc.PDF, trust, issuedAt.AddDate(0, 1, 0), verify.Options{})
				if !r.Valid || r.Document == nil {
					t.Fatalf("it does not verify: %s %s", r.Code, r.Sentence)
				}
				facts := r.Document.Facts
				if facts.Number != string(in.Number) || facts.Digest == nil || hex.EncodeToString(facts.Digest) != doc.Digest || facts.ValidUntil != doc.Until {
					t.Errorf("got facts %s %s until %q, want %s %s until %q", facts.Number, hex.EncodeToString(facts.Digest), facts.ValidUntil, in.Number, doc.Digest, doc.Until)
				}
				t.Run("tools", func(t *testing.T) { judged(t, doc.PDF, facts) })
			})
		}
	}
}

// judged holds a file against qpdf and pdftotext: sound, and every fact in the
// order people read it.
func judged(t *testing.T, file []byte, facts verify.DocumentFacts) {
	name := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool(t, "qpdf"), "--check", name).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "No syntax or stream encoding errors") || strings.Contains(string(out), "WARNING") {
		t.Errorf("qpdf: %v\n%s", err, out)
	}
	text, err := exec.Command(tool(t, "pdftotext"), "-layout", name, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v\n%s", err, text)
	}
	got := folded(string(text))
	want := []string{facts.Title, facts.Number, facts.Reference, facts.Authority.Name, facts.Unit.Name}
	for _, f := range facts.Facts {
		want = append(want, f.Label)
		if len(f.Value) < 40 {
			want = append(want, f.Value)
		}
	}
	for _, w := range want {
		if w = folded(w); !strings.Contains(got, w) && !mixed(w) {
			t.Errorf("pdftotext does not find %q in %q …", w, got[:min(len(got), 300)])
		}
	}
}

// mixed tells whether a text has both directions: tools write such lines in an
// order of their own.
func mixed(s string) bool {
	arabic, other := false, false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r):
			arabic = true
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsPunct(r):
			other = true
		}
	}
	return arabic && other
}

func TestIssueIsStable(t *testing.T) {
	s, _ := signer(t)
	in := sample(t, "public-space", "terrace", i18n.AR)
	first, err := Issue(in, s)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Issue(in, s)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.PDF, second.PDF) {
		t.Error("the same input gives two files")
	}
	if want := "public-space-permit-7K2M-QX94-B0TC.pdf"; first.Name != want || first.Until != "2027-06-01" {
		t.Errorf("got %s until %s, want %s until 2027-06-01", first.Name, first.Until, want)
	}
}

func TestIssueRefuses(t *testing.T) {
	s, _ := signer(t)
	in := sample(t, "residence-certificate", "bill", i18n.FR)
	answers := map[string]any{}
	for id, v := range in.Reading.Answers {
		if id != "home" {
			answers[id] = v
		}
	}
	in.Reading.Answers = answers
	_, err := Issue(in, s)
	if err == nil || !strings.Contains(err.Error(), "the answer home is missing") {
		t.Errorf("a filing without an address: got error %v", err)
	}
}

func TestCheck(t *testing.T) {
	for _, f := range Check(tree) {
		t.Errorf("%s:%d: %s", f.File, f.Line, f.Message)
	}
	fsys := fstest.MapFS{}
	for _, dir := range []string{"services/street-complaint", "blocks"} {
		err := fs.WalkDir(tree, dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			raw, err := fs.ReadFile(tree, name)
			fsys[name] = &fstest.MapFile{Data: raw}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	fsys["services/street-complaint/documents/fr.html"].Data = []byte("<h1>{title}</h1>\n<table></table>")
	fsys["services/street-complaint/documents/en.html"].Data = []byte("<h1>{title}</h1>")
	var got []string
	for _, f := range Check(fsys) {
		got = append(got, fmt.Sprintf("%s:%d %s", filepath.Base(f.File), f.Line, f.Rule))
	}
	if want := []string{"fr.html:2 document-layout", "en.html:1 document-layout"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
