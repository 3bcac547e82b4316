package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/net/html"

	"wasl/test/robot"
)

// residence is the service that is filed.
const residence = "residence-certificate"

// step is one form of a journey: where it goes and what it holds.
type step struct {
	path, kind string // content type
	body       body
}

// example fetches the application that is filed: the first valid example
// without files, with marks in it.
func example(ctx context.Context, base string) (*robot.Definition, robot.Example, error) {
	d, err := robot.New(base).Definition(ctx, residence)
	if err != nil {
		return nil, robot.Example{}, err
	}
	for _, e := range d.Examples {
		hasFile := slices.ContainsFunc([]string{"proof_file", "host_letter"}, func(id string) bool { return e.Answers[id] != nil })
		if e.Valid && !hasFile {
			marked(e.Answers)
			return d, e, nil
		}
	}
	return nil, robot.Example{}, errors.New("no valid example without files")
}

// record goes through the form once, as a browser would, and notes what it
// sends on the way.
func record(ctx context.Context, base string, d *robot.Definition, e robot.Example) ([]step, error) {
	answers, err := d.Flatten(e)
	if err != nil {
		return nil, err
	}
	jar, _ := cookiejar.New(nil) // never fails without options
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	page, at, err := open(ctx, client, http.MethodGet, base+applyPath, "", nil)
	var steps []step
	for err == nil && len(steps) < 40 {
		form, s := nextStep(page, at, answers)
		if form == nil {
			return nil, fmt.Errorf("%s has no form to go on with", at)
		}
		steps = append(steps, s)
		if attribute(form, "id") == "file" {
			return steps, nil
		}
		page, at, err = open(ctx, client, http.MethodPost, base+s.path, s.kind, s.body.of(0))
	}
	return nil, errors.Join(errors.New("the journey does not end"), err)
}

const applyPath = "/fr/services/" + residence + "/apply"

func open(ctx context.Context, client *http.Client, method, address, kind string, body []byte) (*html.Node, *url.URL, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(res.Body)
		return nil, nil, fmt.Errorf("%s %s: status %d: %.300s", method, address, res.StatusCode, text)
	}
	root, err := html.Parse(res.Body)
	return root, res.Request.URL, err
}

// nextStep fills in the page's main form: the POST form with the most
// controls, or the one that files.
func nextStep(page *html.Node, at *url.URL, answers robot.Answers) (*html.Node, step) {
	var form *html.Node
	var most []string
	for n := range page.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || attribute(n, "method") != "post" {
			continue
		}
		if names := controls(n); form == nil || len(names) > len(most) || attribute(n, "id") == "file" {
			form, most = n, names
		}
	}
	if form == nil {
		return nil, step{}
	}
	action, err := at.Parse(attribute(form, "action"))
	if err != nil {
		return nil, step{}
	}
	s := step{path: action.Path, kind: "application/x-www-form-urlencoded"}
	values := url.Values{}
	for _, name := range most {
		if v, ok := answers.Values[name]; ok {
			values[name] = v
		}
	}
	if attribute(form, "enctype") != "multipart/form-data" {
		s.body = body(values.Encode())
		return form, s
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, list := range values {
		for _, v := range list {
			m.WriteField(name, v) // a buffer takes everything
		}
	}
	m.Close()
	s.kind, s.body = m.FormDataContentType(), b.Bytes()
	return form, s
}

// controls lists the names of a form's fields, each once.
func controls(form *html.Node) []string {
	var names []string
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if n.Type == html.ElementNode && name != "" && !strings.HasPrefix(name, "_") && n.Data != "button" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// journey walks through a recorded form with answers of its own: every page,
// the check page, filing, and the receipt.
func (b *bench) journey(steps []step) job {
	const browser = "Sec-Fetch-Site: same-origin\r\nAccept-Encoding: br\r\n"
	return func(c *client, stop *atomic.Bool) error {
		n := b.counter.Add(1)
		c.cookie = ""
		if err := c.expect(http.StatusOK, http.MethodGet, applyPath, browser, nil, nil); err != nil {
			return err
		}
		for i, s := range steps {
			if stop.Load() {
				return errStopped
			}
			var to string
			headers := browser + "Content-Type: " + s.kind + "\r\n"
			if err := c.expect(http.StatusSeeOther, http.MethodPost, s.path, headers, s.body.of(n), &to); err != nil {
				return err
			}
			if i == len(steps)-1 {
				c.acked = append(c.acked, ack{time.Now(), between([]byte(to), "/cases/", "/")})
			}
			if err := c.expect(http.StatusOK, http.MethodGet, to, browser, nil, nil); err != nil {
				return err
			}
		}
		return nil
	}
}

// expect sends a request and wants one status; to receives where it leads.
func (c *client) expect(status int, method, path, headers string, body []byte, to *string) error {
	got, err := c.send(method, path, headers, body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if got.status != status {
		return fmt.Errorf("%s %s: status %d, want %d: %.200s", method, path, got.status, status, got.body)
	}
	if to != nil {
		*to = got.location
	}
	return nil
}
