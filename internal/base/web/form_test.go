package web

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"wasl/internal/base/errs"
)

// multi builds a multipart body; a name ending in "@file" is a file part.
func multi(parts ...string) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.SetBoundary("fuzzy")
	for i := 0; i+1 < len(parts); i += 2 {
		var p io.Writer
		if name, filename, ok := strings.Cut(parts[i], "@"); ok {
			p, _ = w.CreateFormFile(name, filename)
		} else {
			p, _ = w.CreateFormField(parts[i])
		}
		_, _ = io.WriteString(p, parts[i+1])
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

func post(body, contentType string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

const urlencoded = "application/x-www-form-urlencoded"

func TestFormValues(t *testing.T) {
	body, kind := multi("a.b", "نص", "c", "1", "c", "2", "photo@", "", "doc@a.pdf", "%PDF", "after", "x\xff")
	for _, c := range []struct {
		name, body, kind string
		want             url.Values
		files            []string
	}{
		{"urlencoded", "a.b=%D9%86+x&c=1&c=2&&d&e=;", urlencoded,
			url.Values{"a.b": {"ن x"}, "c": {"1", "2"}, "d": {""}, "e": {";"}}, nil},
		{"charset", "a=1", urlencoded + "; charset=UTF-8", url.Values{"a": {"1"}}, nil},
		{"broken UTF-8 is kept", "a=%ff", urlencoded, url.Values{"a": {"\xff"}}, nil},
		{"multipart", body, kind, url.Values{"a.b": {"نص"}, "c": {"1", "2"}, "after": {"x\xff"}}, []string{"doc a.pdf %PDF"}},
	} {
		var files []string
		got, err := Form(post(c.body, c.kind), Limits{}, func(name, filename string, r io.Reader) error {
			raw, err := io.ReadAll(r)
			files = append(files, name+" "+filename+" "+string(raw))
			return err
		})
		if err != nil || !reflect.DeepEqual(got, c.want) || !reflect.DeepEqual(files, c.files) {
			t.Errorf("%s: %v %v %v, want %v %v", c.name, got, files, err, c.want, c.files)
		}
	}
}

func TestFormLimits(t *testing.T) {
	tiny := Limits{Body: 2000, Values: 100, Fields: 4, Files: 2, File: 50}
	form := func(parts ...string) [2]string { b, k := multi(parts...); return [2]string{b, k} }
	for _, c := range []struct {
		name string
		in   [2]string
		want int
	}{
		{"fits", form("a", "1", "f@x", strings.Repeat("x", 50)), 0},
		{"body", form("f@x", strings.Repeat("x", 2000)), 413},
		{"values", form("a", strings.Repeat("x", 101)), 413},
		{"many values", [2]string{"a&b&c&d&e", urlencoded}, 413},
		{"urlencoded values", [2]string{"a=" + strings.Repeat("x", 101), urlencoded}, 413},
		{"urlencoded body", [2]string{"a=" + strings.Repeat("x", 3000), urlencoded}, 413},
		{"files", form("f@x", "1", "f@y", "2", "f@z", "3"), 422},
		{"one file", form("f@x", strings.Repeat("x", 51)), 422},
		{"cut", [2]string{form("a", "1")[0][:60], form()[1]}, 400},
		{"percent", [2]string{"a=%zz", urlencoded}, 400},
		{"type", [2]string{"{}", "application/json"}, 415},
		{"no type", [2]string{"a=1", ""}, 415},
		{"no boundary", [2]string{"a=1", "multipart/form-data"}, 415},
	} {
		for _, length := range []bool{true, false} {
			r := post(c.in[0], c.in[1])
			if !length {
				r.ContentLength = -1
			}
			_, err := Form(r, tiny, func(_, _ string, r io.Reader) error {
				_, err := io.Copy(io.Discard, r)
				return err
			})
			got := 0
			if err != nil {
				got = FailureOf(err).Status
			}
			if got != c.want {
				t.Errorf("%s (length known %v): %v = %d, want %d", c.name, length, err, got, c.want)
			}
		}
	}
}

func TestFormPartHeadIsBounded(t *testing.T) {
	body := "--fuzzy\r\nContent-Disposition: form-data; name=\"a\"\r\nX-Pad: " + strings.Repeat("x", 1<<20) + "\r\n\r\n1\r\n--fuzzy--\r\n"
	_, err := Form(post(body, "multipart/form-data; boundary=fuzzy"), Limits{}, nil)
	if got := FailureOf(err).Status; err == nil || got != 413 {
		t.Errorf("a head of 1 MB: %v, want 413", err)
	}
}

func TestFormCallbackMaySkipOrRefuse(t *testing.T) {
	body, kind := multi("f@x", strings.Repeat("x", 9000), "a", "1")
	got, err := Form(post(body, kind), Limits{File: 10}, func(_, _ string, r io.Reader) error { return nil })
	if err != nil || got.Get("a") != "1" {
		t.Errorf("skipped file: %v %v", got, err)
	}
	_, err = Form(post(body, kind), Limits{}, func(_, _ string, r io.Reader) error { return errs.New(errs.Busy, "full") })
	if errs.KindOf(err) != errs.Busy {
		t.Errorf("refused file: %v, want busy", err)
	}
}

// A foreign post with a file never reaches the handler; a token before the
// file lets it in and the handler still gets everything.
func TestTokenBeforeFiles(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  int
	}{
		{[]string{"_token", "mine", "a", "1", "f@x", "data"}, 200},
		{[]string{"f@x", "data", "_token", "mine"}, 403},
		{[]string{"a", "1", "f@x", "data"}, 403},
	} {
		s := testSite(nil)
		files := 0
		s.Page("POST /x", Public, func(w http.ResponseWriter, r *http.Request) error {
			values, err := Form(r, Limits{}, func(_, _ string, r io.Reader) error {
				files++
				_, err := io.Copy(io.Discard, r)
				return err
			})
			if values.Get("a") != "1" {
				t.Errorf("values = %v", values)
			}
			return err
		})
		body, kind := multi(c.parts...)
		r := post(body, kind)
		r.Host = "wasl.test"
		r.URL.Path = "/x"
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != c.want || (files > 0) != (c.want == 200) {
			t.Errorf("%v: %d with %d files, want %d", c.parts, w.Code, files, c.want)
		}
	}
}

func FuzzForm(f *testing.F) {
	body, kind := multi("a.b", "نص", "photo@", "", "doc@a.pdf", "%PDF", "c", "1")
	f.Add(body, kind)
	f.Add("a.b=1&c=%D9%86", urlencoded)
	f.Add("a=%zz&&=", urlencoded)
	f.Add("--x\r\n\r\n--x--", "multipart/form-data; boundary=x")
	lim := Limits{Body: 4096, Values: 256, Fields: 8, Files: 2, File: 64}
	f.Fuzz(func(t *testing.T, body, kind string) {
		var files int
		values, err := Form(post(body, kind), lim, func(_, _ string, r io.Reader) error {
			raw, err := io.ReadAll(r)
			if len(raw) > 64 {
				t.Errorf("a file of %d bytes passed", len(raw))
			}
			files++
			return err
		})
		size, fields := 0, 0
		for name, list := range values {
			for _, v := range list {
				size += len(name) + len(v)
				fields++
			}
		}
		if size > 256 || fields > 8 || files > 2 {
			t.Errorf("over the limits: %d bytes, %d values, %d files", size, fields, files)
		}
		if err != nil && FailureOf(err).Status >= 500 {
			t.Errorf("a body makes a fault: %v", fmt.Sprint(err))
		}
	})
}
