package robot

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
)

// receipt reads the receipt page and its file.
func (w *walk) receipt(ctx context.Context, at *answer) error {
	w.draftPage(at)
	ref := at.page.byID("reference")
	if ref == nil {
		return fmt.Errorf("%s: no #reference", at.request)
	}
	if ref.Data != "bdi" || attr(ref, "dir") != "ltr" {
		w.robot.fault(at.request, "#reference is <bdi dir=ltr>", "<%s dir=%q>", ref.Data, attr(ref, "dir"))
	}
	w.filed.Reference, w.filed.ResumeCode = textOf(ref), w.code
	link, track := "", false
	for _, n := range all(at.page.root, "link", "a") {
		if n.Data == "link" && attr(n, "rel") == "alternate" && attr(n, "type") == "application/json" {
			link = attr(n, "href")
		}
		track = track || n.Data == "a" && strings.Contains(attr(n, "href"), "/"+w.lang+"/track")
	}
	if !track {
		w.robot.fault(at.request, "the receipt links the tracking page", "no link")
	}
	if link == "" {
		return fmt.Errorf("%s: no <link rel=alternate type=application/json>", at.request)
	}
	to, err := at.url.Parse(link)
	if err != nil {
		return err
	}
	return w.download(ctx, to.String())
}

func (w *walk) download(ctx context.Context, address string) error {
	file, err := w.get(ctx, address)
	if err != nil {
		return err
	}
	if file.status != http.StatusOK || !strings.HasPrefix(file.header.Get("Content-Type"), "application/json") {
		return fmt.Errorf("%s: status %d %s", file.request, file.status, file.header.Get("Content-Type"))
	}
	w.filed.Receipt = file.body
	if file.header.Get("Cache-Control") != "no-store" {
		w.robot.fault(file.request, "the receipt file is no-store", "%q", file.header.Get("Cache-Control"))
	}
	if !bytes.Contains(file.body, []byte(`"`+w.filed.Reference+`"`)) {
		w.robot.fault(file.request, "the receipt file holds the reference as shown", "%s is not in it", w.filed.Reference)
	}
	stranger, err := w.robot.browser().get(ctx, address)
	if err != nil {
		return err
	}
	if stranger.status != http.StatusNotFound {
		w.robot.fault(file.request+" without the cookie", "the receipt file is 404 to anyone else", "status %d", stranger.status)
	}
	if w.robot.Verify == nil {
		return nil
	}
	trust, err := w.robot.browser().get(ctx, "/.well-known/wasl-trust.json")
	if err != nil {
		return err
	}
	if err := w.robot.Verify(file.body, trust.body); err != nil {
		w.robot.fault(file.request, "the receipt verifies", "%v", err)
	}
	return nil
}

// afterFiling posts an earlier page again: it leads to the receipt.
func (w *walk) afterFiling(ctx context.Context, sent *answer) error {
	if w.earlier == nil {
		return nil
	}
	f := w.earlier.page.main()
	late, err := w.submit(ctx, w.earlier, f, f.fill(w.answers), f.send())
	if err != nil {
		return err
	}
	if late.status != http.StatusSeeOther || late.header.Get("Location") != sent.header.Get("Location") {
		w.robot.fault(late.request+" after filing", "an earlier page posted after filing leads to the receipt",
			"status %d to %q", late.status, late.header.Get("Location"))
	}
	return nil
}
