package intake

import (
	"io/fs"
	"os"
	"slices"
	"testing"
)

func TestFolderReadsWhatWasPacked(t *testing.T) {
	repo := os.DirFS("../../..")
	body, err := FilesBody(repo, "authorities", "territory")
	if err != nil {
		t.Fatal(err)
	}
	packed, err := unpackFiles(body)
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"authorities/*.yaml", "territory/*.csv"} {
		want, err := fs.Glob(repo, pattern)
		if err != nil {
			t.Fatal(err)
		}
		got, err := fs.Glob(packed, pattern)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v, %v", pattern, got, want, err)
		}
	}
	if _, err := fs.ReadFile(packed, "authorities/none.yaml"); err == nil {
		t.Error("a file that was not packed was read")
	}
}

func FuzzLoadBook(f *testing.F) {
	f.Add([]byte(`{"authorities/a.yaml":"id: a","territory/region.csv":"code,parent"}`))
	f.Add([]byte(`{"../x":""}`))
	f.Fuzz(func(t *testing.T, body []byte) { _, _ = LoadBook(body) })
}

func FuzzParseFiles(f *testing.F) {
	f.Add([]byte(`[{"id":"a","question":"q","name":"n","media_type":"m","size":1}]`))
	f.Fuzz(func(t *testing.T, section []byte) { _, _ = ParseFiles(section) })
}
