package robot

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Answers are what a person would enter, by control name.
type Answers struct {
	Values map[string][]string
	Files  map[string][]Upload
}

// Upload is a file chosen in a form.
type Upload struct {
	Name, MediaType string
	Data            []byte
}

// pair is one entry of a form's data; a file when upload is set.
type pair struct {
	name, value string
	upload      *Upload
}

// fill gives the form's data with these answers entered, the rest as shown.
func (f *form) fill(in Answers) []pair {
	var out []pair
	for _, c := range f.controls {
		name := attr(c, "name")
		want, known := in.Values[name]
		switch {
		case attr(c, "type") == "file":
			out = append(out, chosen(name, in.Files[name])...)
		case !known || attr(c, "type") == "hidden":
			for _, v := range current(c) {
				out = append(out, pair{name: name, value: v})
			}
		case attr(c, "type") == "radio" || attr(c, "type") == "checkbox":
			value := "on"
			if v, ok := lookup(c, "value"); ok {
				value = v
			}
			if slices.Contains(want, value) {
				out = append(out, pair{name: name, value: value})
			}
		default:
			for _, v := range want {
				out = append(out, pair{name: name, value: v})
			}
		}
	}
	return out
}

func chosen(name string, uploads []Upload) []pair {
	if len(uploads) == 0 {
		return []pair{{name: name, upload: &Upload{MediaType: "application/octet-stream"}}}
	}
	var out []pair
	for i := range uploads {
		out = append(out, pair{name: name, upload: &uploads[i]})
	}
	return out
}

// blank gives the form's data with nothing entered: hidden values only, and
// what an untouched select or file control sends.
func (f *form) blank() []pair {
	var out []pair
	for _, c := range f.controls {
		name, kind := attr(c, "name"), attr(c, "type")
		switch {
		case kind == "hidden":
			out = append(out, pair{name: name, value: attr(c, "value")})
		case kind == "radio" || kind == "checkbox":
		case kind == "file":
			out = append(out, chosen(name, nil)...)
		default:
			out = append(out, pair{name: name})
		}
	}
	return out
}

// encode writes form data as the form says.
func (f *form) encode(data []pair) (body []byte, contentType string, err error) {
	if !strings.EqualFold(attr(f.node, "enctype"), "multipart/form-data") {
		var b strings.Builder
		for i, p := range data {
			if i > 0 {
				b.WriteByte('&')
			}
			value := p.value
			if p.upload != nil {
				value = p.upload.Name // what a browser sends of a file here
			}
			b.WriteString(url.QueryEscape(p.name) + "=" + url.QueryEscape(value))
		}
		return []byte(b.String()), "application/x-www-form-urlencoded", nil
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	quote := strings.NewReplacer("\"", "%22", "\r", "%0D", "\n", "%0A")
	for _, p := range data {
		head := textproto.MIMEHeader{}
		content := []byte(p.value)
		disposition := `form-data; name="` + quote.Replace(p.name) + `"`
		if p.upload != nil {
			disposition += `; filename="` + quote.Replace(p.upload.Name) + `"`
			head.Set("Content-Type", p.upload.MediaType)
			content = p.upload.Data
		}
		head.Set("Content-Disposition", disposition)
		part, err := w.CreatePart(head)
		if err != nil {
			return nil, "", err
		}
		if _, err := part.Write(content); err != nil {
			return nil, "", err
		}
	}
	err = w.Close()
	return b.Bytes(), w.FormDataContentType(), err
}

// submit posts a form of the page at a, as pressed with button (may be nil).
// Headers are pairs that replace a browser's own.
func (b *browser) submit(ctx context.Context, a *answer, f *form, data []pair, button *html.Node, headers ...string) (*answer, error) {
	if button != nil && attr(button, "name") != "" {
		data = append(slices.Clone(data), pair{name: attr(button, "name"), value: attr(button, "value")})
	}
	body, contentType, err := f.encode(data)
	if err != nil {
		return nil, fmt.Errorf("encoding the form of %s: %w", a.request, err)
	}
	target, err := a.url.Parse(attr(f.node, "action"))
	if err != nil {
		return nil, fmt.Errorf("action of the form of %s: %w", a.request, err)
	}
	own := []string{"Sec-Fetch-Site", "same-origin", "Origin", target.Scheme + "://" + target.Host}
	return b.do(ctx, http.MethodPost, target.String(), contentType, body, append(own, headers...)...)
}
