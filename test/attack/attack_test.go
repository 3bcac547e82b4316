package attack

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"wasl/test/stack"
)

// site is a demo under attack.
type site struct {
	*stack.Demo
	definition map[string]definition
}

// definition is what the API tells of a service, as far as it is needed here.
type definition struct {
	Examples []example `json:"examples"`
}

type example struct {
	ID        string          `json:"id"`
	Valid     bool            `json:"valid"`
	Authority string          `json:"authority"`
	Answers   json.RawMessage `json:"answers"`
}

func TestAttack(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	t.Run("sqlite", func(t *testing.T) { attack(t, stack.Options{}) })
	t.Run("postgres", func(t *testing.T) { attack(t, stack.Options{Postgres: true}) })
}

func attack(t *testing.T, o stack.Options) {
	s := &site{Demo: stack.Start(t, o), definition: map[string]definition{}}
	t.Run("all", func(t *testing.T) {
		for name, run := range map[string]func(*testing.T, *site){
			"values": values, "files": files, "repeats": repeats, "pause": pause, "codes": codes, "doors": doors, "names": names,
			"origins": origins, "bodies": bodies, "applications": applications, "strangers": strangers, "agents": agents, "bytes": oddBytes,
		} {
			t.Run(name, func(t *testing.T) { t.Parallel(); run(t, s) })
		}
	})
	for line := range strings.Lines(string(s.Log(t))) {
		if strings.Contains(line, "level=ERROR") {
			t.Errorf("a fault was logged: %.400s", line)
		}
	}
}

// example is a valid example of a service.
func (s *site) example(t *testing.T, service string) example {
	t.Helper()
	var d definition
	if err := json.Unmarshal([]byte(newClient(t, s.Portal).get("/api/v1/services/"+service).want(200).body), &d); err != nil {
		t.Fatal(err)
	}
	for _, e := range d.Examples {
		if e.Valid {
			return e
		}
	}
	t.Fatalf("%s has no valid example", service)
	return example{}
}

// residence are the pages of a residence certificate, right from end to end.
var residence = []struct {
	page string
	form url.Values
}{
	{"you", form("name.given_ar", "سلمى", "name.family_ar", "المثالي", "name.given_latin", "Salma", "name.family_latin", "El Mithali",
		"cnie", "ab 123456", "born.day", "١٧", "born.month", "ماي", "born.year", "1994")},
	{"reach", form("phone", "06 12 34 56 78")},
	{"home", form("home.place", "Douar Zitoun 3", "since.day", "1", "since.month", "septembre", "since.year", "2021")},
	{"proof", form("proof", "bill")},
	{"papers", form()},
	{"purpose", form("purpose", "card")},
	{"declare", form("honour", "yes")},
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// with is a form with some controls changed.
func with(f url.Values, pairs ...string) url.Values {
	all := url.Values{}
	for k, v := range f {
		all[k] = v
	}
	for k, v := range form(pairs...) {
		all[k] = v
	}
	return all
}

// draft is an application being filled.
type draft struct {
	*client
	base, code, token string
}

// begin starts a draft of a service at an authority.
func (s *site) begin(t *testing.T, lang, service string) *draft {
	t.Helper()
	d := &draft{client: newClient(t, s.Portal), base: "/" + lang + "/services/" + service}
	first := d.get(d.base + "/apply").want(200)
	d.code, d.token = first.inside("resume-code"), first.token()
	if first.element("authority") != "" {
		d.post(d.base+"/authority", form("_token", d.token, "authority", s.example(t, service).Authority)).to()
	}
	return d
}

// filled is a draft at its last page, before it is filed.
func (s *site) filled(t *testing.T, lang string) *draft {
	t.Helper()
	d := s.begin(t, lang, "residence-certificate")
	for _, p := range residence {
		d.post(d.base+"/apply/"+p.page, p.form).to()
	}
	d.get(d.base + "/check").want(200)
	return d
}

// filed files a draft and gives its reference.
func (s *site) filed(t *testing.T, lang string) (d *draft, reference string) {
	t.Helper()
	d = s.filled(t, lang)
	return d, strings.Split(d.post(d.base+"/file", form("_token", d.token)).to(), "/")[3]
}

// await asks again until the answer is right, ten seconds at most.
func await(t *testing.T, what string, ask func() bool) {
	t.Helper()
	for limit := time.Now().Add(10 * time.Second); !ask(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal(what)
		}
	}
}
