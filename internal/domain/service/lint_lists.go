package service

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"wasl/internal/base/yaml"
	"wasl/internal/domain/clock"
)

// listsFile is the lists of acts and documents that the law refers to.
const listsFile = "law/lists.yaml"

// legal is what the law/ folder of a tree says to the linter.
type legal struct {
	caps    map[string]clock.CapRule // longest delay by kind
	profile *clock.Profile           // nil where the tree has no law
	window  int                      // days of the applicant to mend a piece
	lists   lists
}

// lists are the acts and documents that decrees list: where silence consents,
// where the delay may be extended, the 30-day acts, and what is held elsewhere.
type lists struct {
	Silence    decreeList `yaml:"silence_consents"`
	Extension  decreeList `yaml:"extension"`
	Investment decreeList `yaml:"investment"`
	Held       decreeList `yaml:"held"`
}

// decreeList is one list; where it was not read in the gazette its entries
// are reported, not confirmed.
type decreeList struct {
	Source    string   `yaml:"source"`
	Acts      []listed `yaml:"acts"`
	Documents []listed `yaml:"documents"`
}

// listed is one act or document of a list.
type listed struct {
	ID     string          `yaml:"id"`
	For    []string        `yaml:"for"`   // extension: expertise, inquiry
	Words  map[Lang]string `yaml:"words"` // document: expression that finds its name
	Source string          `yaml:"source"`
	State  string          `yaml:"state"` // confirmed, reported

	phrases map[Lang]*phrase
}

func (a *listed) confirmed() bool { return a.State == "confirmed" }

// act returns the entry with this id, or nil.
func (s *decreeList) act(id string) *listed {
	if i := slices.IndexFunc(s.Acts, func(a listed) bool { return a.ID == id }); i >= 0 {
		return &s.Acts[i]
	}
	return nil
}

// ids lists every act of every list.
func (s *lists) ids() []string {
	var all []string
	for _, own := range []*decreeList{&s.Silence, &s.Extension, &s.Investment} {
		for _, a := range own.Acts {
			all = append(all, a.ID)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (s *lists) knows(id string) bool { return slices.Contains(s.ids(), id) }

// readLaw reads law/: the profile's caps and window, and the lists.
func readLaw(fsys fs.FS, f *findings) *legal {
	law := &legal{window: 30, caps: map[string]clock.CapRule{ // law 55-19 art. 10, 16, law 31-13 art. 16
		KindNormal: {Days: 60, Article: "16"}, KindInvestment: {Days: 30, Article: "16"},
		KindListedSilence: {Days: 60, Article: "16"}, KindInformation: {Days: 20, Article: "16"},
	}}
	law.lists = readLists(fsys, f)
	files, _ := fs.Glob(fsys, "law/*.yaml") // the pattern is well formed
	for _, name := range files {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil || name == listsFile {
			continue
		}
		p, err := clock.ParseProfile(raw)
		if err != nil {
			f.in(name).add(ruleFile, 1, "law", "detail", err)
			continue
		}
		law.caps, law.profile = p.Caps, p
		if info := p.Rules.InfoAnswer; info.Days > 0 {
			law.caps[KindInformation] = clock.CapRule{Days: info.Days, Article: info.Article}
		}
		if window := p.Rules.Missing.Days; window > 0 {
			law.window = window
		}
		break
	}
	return law
}

// readLists reads law/lists.yaml; without it no act is listed.
func readLists(fsys fs.FS, f *findings) lists {
	raw, err := fs.ReadFile(fsys, listsFile)
	if err != nil {
		return lists{}
	}
	var all lists
	if err = yaml.Decode(raw, &all); err == nil {
		err = all.check()
	}
	if err != nil {
		f.in(listsFile).add(ruleFile, 1, "lists", "detail", err)
		return lists{}
	}
	return all
}

// check completes the entries and refuses one without id, source or state.
func (s *lists) check() error {
	for _, own := range []*decreeList{&s.Silence, &s.Extension, &s.Investment, &s.Held} {
		for _, entries := range [][]listed{own.Acts, own.Documents} {
			for i := range entries {
				a := &entries[i]
				if a.Source == "" {
					a.Source = own.Source
				}
				if a.ID == "" || a.Source == "" || a.State != "confirmed" && a.State != "reported" {
					return fmt.Errorf("the entry %q needs an id, a source and a state: confirmed or reported", a.ID)
				}
				if err := a.compile(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (a *listed) compile() error {
	a.phrases = map[Lang]*phrase{}
	for l, pattern := range a.Words {
		asks, err := regexp.Compile(fold(pattern))
		if err != nil {
			return fmt.Errorf("the words of %q: %w", a.ID, err)
		}
		a.phrases[l] = &phrase{asks: asks, denies: denials()[l]}
	}
	return nil
}
