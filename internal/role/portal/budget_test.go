package portal

import (
	"strings"
	"testing"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/intake"
)

// Budgets of a page on the wire, with brotli and headers, in bytes.
const (
	pageBudget = 6144
	headBudget = 800
)

// Every page on an applicant's way is within its budget in each language. The
// pages of other services are weighed by the robot's tour.
func TestBudget(t *testing.T) {
	s := newServer(t)
	for _, l := range i18n.Langs {
		heaviest, where := 0, ""
		weigh := func(name string, a *answer) *answer {
			t.Helper()
			if a.wire > pageBudget {
				t.Errorf("%s %s: %d bytes on the wire, at most %d", l, name, a.wire, pageBudget)
			}
			if a.wire > heaviest {
				heaviest, where = a.wire, name
			}
			if head := a.wire - compressedLen(a); head > headBudget {
				t.Errorf("%s %s: %d bytes of headers, at most %d", l, name, head, headBudget)
			}
			if strings.Contains(a.body, "⟦") {
				t.Errorf("%s %s: a text is missing", l, name)
			}
			return a
		}
		b := newBrowser(t, s)
		base := strings.Replace(residence, "/ar/", "/"+string(l)+"/", 1)
		for _, path := range []string{"/", "/help", "/accessibility", "/privacy", "/about", "/verify", "/resume", "/track", "/nothing"} {
			weigh(path, b.get("/"+string(l)+path))
		}
		weigh("card", b.get(base))
		a := weigh("authority", b.get(base+"/apply"))
		weigh("authority refused", b.post(base+"/authority", values("_token", a.token())))
		b.post(base+"/authority", values("_token", a.token(), "authority", "zitouna"))
		for _, step := range steps {
			weigh(step.page, b.get(base+"/apply/"+step.page))
			weigh(step.page+" refused", b.post(base+"/apply/"+step.page, values("_token", a.token())))
			form := values("_token", a.token())
			for name, v := range step.form {
				form[name] = v
			}
			b.post(base+"/apply/"+step.page, form)
		}
		weigh("check", b.get(base+"/check"))
		weigh("later", b.get(base+"/later"))
		receipt := b.post(base+"/file", values("_token", a.token())).to()
		weigh("receipt", b.get(receipt).want(200))
		weigh("case", b.get(strings.TrimSuffix(receipt, "/receipt")).want(200))
		weigh("answer", b.get(strings.TrimSuffix(receipt, "receipt")+"answer").want(200))
		for _, do := range intake.Acts {
			weigh(do, b.get(strings.TrimSuffix(receipt, "receipt")+"acts/"+do).want(200))
			weigh(do+" refused", b.post(strings.TrimSuffix(receipt, "receipt")+"acts/"+do, values("_token", a.token(), "text", "x")).want(422))
		}
		weigh("phone", b.get("/"+string(l)+"/phone"))
		t.Logf("%s: heaviest page %s, %d bytes", l, where, heaviest)
	}
}

func compressedLen(a *answer) int {
	n := 0
	for _, c := range a.header.Get("Content-Length") {
		n = 10*n + int(c-'0')
	}
	return n
}
