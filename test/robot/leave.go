package robot

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// Through makes every request of the robot go by way of what wrap makes of its
// transport, for tests that watch or repeat requests.
func (r *Robot) Through(wrap func(http.RoundTripper) http.RoundTripper) {
	r.transport = wrap(r.transport)
}

// Leave begins an application, enters so many pages and goes away, as people
// do. It gives the draft's resume code.
func (r *Robot) Leave(ctx context.Context, lang string, d *Definition, e Example, pages int) (code string, err error) {
	answers, err := d.Flatten(e)
	if err != nil {
		return "", fmt.Errorf("example %s of %s: %w", e.ID, d.ID, err)
	}
	w := &walk{browser: r.browser(), lang: lang, service: d.ID, answers: answers, left: map[string]bool{}, probed: map[string]bool{}}
	for name := range answers.Values {
		w.left[name] = true
	}
	at, err := w.get(ctx, "/"+lang+"/services/"+url.PathEscape(d.ID)+"/apply")
	for ; err == nil && pages > 0; pages-- {
		if at.page == nil || at.page.main() == nil || at.status != http.StatusOK {
			return "", w.refusal(at)
		}
		if attr(at.page.main().node, "id") == "file" {
			break
		}
		at, err = w.onePage(ctx, at, at.page.main())
	}
	return w.code, err
}
