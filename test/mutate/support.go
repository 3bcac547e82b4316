package main

import (
	"os"
	"strconv"
	"strings"

	"wasl/internal/domain/clock"
)

// support joins the rewritten engine: what wakes one mutant.
const support = `package clock

import (
	"os"
	"reflect"
	"strconv"
)

var awake, _ = strconv.Atoi(os.Getenv("WASL_MUTANT"))

// term is the profile's number or reading to change, beside the code.
var term, _ = strconv.Atoi(os.Getenv("WASL_MUTANT_TERM"))

func mutOn(id int) bool { return id == awake }

func mutInt[T ~int | ~int64 | ~int32 | ~uint8 | ~int8 | ~uint64](id int, n T) T {
	if id == awake {
		return n + 1
	}
	return n
}

func mutSum[T ~int | ~int64](id int, sign T, a, b T) T {
	if id == awake {
		sign = -sign
	}
	return a + sign*b
}

func mutMax[T ~int | ~int64](id int, a, b T) T {
	if id == awake {
		return min(a, b)
	}
	return max(a, b)
}

func mutMin[T ~int | ~int64](id int, a, b T) T {
	if id == awake {
		return max(a, b)
	}
	return min(a, b)
}

func mutText(id int, s string) string {
	if id == awake {
		return "another"
	}
	return s
}

// ParseProfile reads the profile and changes the one number that is asked for.
func ParseProfile(data []byte) (*Profile, error) {
	p, err := parseProfileAsWritten(data)
	if err == nil && term > 0 {
		mutProfile(p)
	}
	return p, err
}

func mutProfile(p *Profile) {
	n := 0
	for _, t := range p.Rules.all() {
		if n++; n == term {
			t.Days++
		}
		if n++; n == term {
			t.Article += "x"
		}
		if n++; n == term {
			t.Count = map[string]string{CountFull: CountPlain, CountPlain: CountFull, CountWorking: CountPlain}[t.Count]
		}
	}
	for i := range p.Courts {
		v := reflect.ValueOf(&p.Courts[i]).Elem()
		for f := 0; f < v.NumField(); f++ {
			if v.Field(f).Kind() == reflect.Int && v.Type().Field(f).Name != "ValidFrom" {
				if n++; n == term {
					v.Field(f).SetInt(v.Field(f).Int() + 1)
				}
			}
		}
	}
	for _, l := range levers {
		for _, value := range l.all() {
			if value == l.get(&p.Reading) {
				continue
			}
			if n++; n == term {
				_ = l.set(&p.Reading, value)
				return
			}
		}
	}
}
`

// profile lists the mutants of the legal profile: each term's days and way of
// counting, each court's terms, each reading. Terms whose days the engine takes
// from elsewhere, and articles that only people read, are left out.
func (e *editor) profile() []mutant {
	raw, err := os.ReadFile("law/ma.yaml")
	if err != nil {
		return nil
	}
	p, err := clock.ParseProfile(raw)
	if err != nil {
		return nil
	}
	names := strings.Fields("delay half missing replacement fetch_notice claim higher attestation appeal appeal_answer president info_answer info_urgent info_complaint info_head info_commission info_commission_answer info_court rectify")
	n := 0
	var out []mutant
	add := func(what string) { out = append(out, mutant{id: -n, at: "ma.yaml", what: what}) }
	for _, name := range names {
		if n++; name != "delay" && name != "half" {
			add(name + " one day more")
		}
		n++ // the article: a lint of the profile's texts, not of the engine
		if n++; name != "delay" && name != "half" {
			add(name + " counted otherwise")
		}
	}
	for _, c := range p.Courts {
		for _, field := range []string{"notice", "appeal_silence", "after_appeal", "silence"} {
			n++
			add(c.Law + " " + field + " one day more")
		}
	}
	for _, s := range p.Switches() {
		for range len(s.Values) - 1 {
			n++
			add("reading " + s.Name + " otherwise (" + strconv.Itoa(len(s.Values)-1) + ")")
		}
	}
	return out
}
