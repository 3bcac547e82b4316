package canary

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"wasl/test/robot"
	"wasl/test/stack"
)

// Nothing that anybody typed, sent or was given as a secret lies in any file of
// either side, while they work, when one is killed in the middle of an upload,
// or afterwards; nor in what they log.
func TestNoPlantedWordIsKept(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			s := begin(t, stack.Options{Postgres: postgres})
			s.people(s.defs)
			s.agents()
			s.oddities()
			s.interrupted()
			if err := s.demo.Stop(); err != nil {
				t.Error(err)
			}
			words := s.plant.all()
			size := s.look(newFinder(words), t.Errorf)
			t.Logf("%d words, %d filings, %d bytes looked through", len(words), len(s.filed), size)
			if size < 1<<20 || len(s.filed) < 10 {
				t.Error("too little to look at: this shows nothing")
			}
		})
	}
}

// look searches the whole of the demo's folder, both stores and the log, and
// the portal's part for the agents' names too.
func (s *story) look(f *finder, report func(string, ...any)) int64 {
	s.t.Helper()
	places := below(s.t, s.demo.Dir)
	places = append(places, place{"the log", s.demo.Log(s.t)})
	size := search(f, places, report)
	public := append(rows(s.t, s.demo.Stores[0]), below(s.t, filepath.Join(s.demo.Dir, "public"))...)
	size += search(f, append(rows(s.t, s.demo.Stores[1]), public...), report)
	names := []string{}
	for _, a := range s.demo.Accounts {
		names = append(names, a.Password)
	}
	search(newFinder(names), places, report)
	search(newFinder([]string{"Amina Mithal", "Brahim Mithal"}), public, report)
	return size
}

// oddities are requests that go wrong, in planted words: they tempt a program
// to log or keep them.
func (s *story) oddities() {
	s.t.Helper()
	word := func() string { return s.plant.latin() }
	get := func(path string, headers ...string) {
		req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.demo.Portal+path, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		for i := 0; i+1 < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			s.t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	code := s.filed[0].Code
	get("/fr/" + word())
	get("/fr/services/" + word() + "/apply?q=" + word())
	get("/fr/track?reference=" + word() + "&resume_code=" + code)
	get("/fr/resume?resume_code=" + code)
	get("/fr/cases/"+word(), "Cookie", "wasl="+word())
	get("/api/v1/submissions/"+word(), "Authorization", "Bearer "+code)
	get("/fr/", "Cookie", "wasl="+s.plant.add(strings.Repeat("q", 3)+draw(consonants, 60)), "User-Agent", word(), "Referer", "http://"+word()+".example/?"+code)
	submissions := "/api/v1/services/" + s.defs[0].ID + "/submissions"
	s.post(submissions, "application/json", []byte(`{"answers": "`+word()), "Idempotency-Key", s.plant.add(strings.Repeat("k", 20)+word()+word()))
	s.post(submissions, "application/json", []byte(`{"answers": {"`+word()+`": "`+word()+`"}, "language":"fr","authority":"`+word()+`"}`), "Idempotency-Key", word())
	s.post(submissions, "text/"+strings.ToLower(word()), []byte("\xff\xfe"+word()), "Idempotency-Key", strings.Repeat("k", 20)+word()+word())
	for _, page := range []string{"/fr/resume", "/fr/track"} {
		s.post(page, "application/x-www-form-urlencoded", []byte("resume_code="+word()+"&reference="+word()+"&%zz="+word()), "Sec-Fetch-Site", "same-origin")
		s.post(page, "multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"resume_code\"; filename=\""+word()+"\"\r\n\r\n"+word()), "Sec-Fetch-Site", "same-origin")
		s.post(page, "application/x-www-form-urlencoded", []byte("resume_code="+code), "Origin", "http://"+strings.ToLower(word())+".example")
	}
}

// interrupted uploads a large document, freezes both sides in the middle of it
// and looks, then kills the portal and lets it start again.
func (s *story) interrupted() {
	s.t.Helper()
	d, e := s.example()
	e = s.plant.plant(d, e)
	big := s.plant.pdf(1 << 17)
	file := e.Answers["proof_file"].([]any)[0].(map[string]any)
	file["data"], file["name"] = big, s.plant.add("q"+draw(consonants, 9))+".pdf"
	half, goOn := make(chan struct{}), make(chan struct{})
	slow := robot.New(s.demo.Portal)
	slow.Through(func(by http.RoundTripper) http.RoundTripper {
		return &stalling{s.watched(by), len(big) / 2, half, goOn}
	})
	ended := make(chan error, 1)
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	go func() {
		_, err := slow.File(ctx, "fr", d, e, robot.Options{})
		ended <- err
	}()
	select {
	case <-half:
	case err := <-ended:
		s.t.Fatalf("the large document was not sent: %v", err)
	}
	time.Sleep(300 * time.Millisecond) // it takes in what was sent
	places := s.frozen()
	began := slices.ContainsFunc(places, func(p place) bool {
		return strings.Contains(p.name, "/public/blobs/.partial-") && len(p.data) > len(big)/4
	})
	if !began {
		s.t.Error("the upload was not on its way to the disk: freezing it shows little")
	}
	f := newFinder(s.plant.all())
	search(f, places, s.t.Errorf)
	for pid, signal := range map[int]syscall.Signal{s.demo.OfficePID: syscall.SIGCONT, s.demo.PortalPID: syscall.SIGKILL} {
		if err := syscall.Kill(pid, signal); err != nil {
			s.t.Fatal(err)
		}
	}
	close(goOn)
	if err := <-ended; err == nil {
		s.t.Error("the killed portal took the large document")
	}
	s.demo.AwaitReady(s.t)
	search(f, below(s.t, s.demo.Dir), s.t.Errorf)
}

// frozen stops both sides where they are and gives all they have on disk.
func (s *story) frozen() []place {
	s.t.Helper()
	for _, pid := range []int{s.demo.PortalPID, s.demo.OfficePID} {
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
			s.t.Fatal(err)
		}
	}
	places := append(below(s.t, s.demo.Dir), deleted(s.t, s.demo.PortalPID)...)
	return append(places, deleted(s.t, s.demo.OfficePID)...)
}

// stalling sends the first large body half, and waits before the rest.
type stalling struct {
	by         http.RoundTripper
	after      int
	half, goOn chan struct{}
}

func (s *stalling) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.ContentLength > int64(s.after) {
		req = req.Clone(req.Context())
		req.GetBody = nil
		req.Body = &stalled{req.Body, s, 0}
	}
	return s.by.RoundTrip(req)
}

type stalled struct {
	io.ReadCloser
	s    *stalling
	sent int
}

func (b *stalled) Read(p []byte) (int, error) {
	if b.sent >= b.s.after && b.sent < 1<<30 {
		close(b.s.half)
		<-b.s.goOn
		b.sent = 1 << 30
	}
	n, err := b.ReadCloser.Read(p)
	b.sent += n
	return n, err
}

// The control: the same look finds the words in the folders of a program that
// seals nothing.
func TestUnsealedIsCaught(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	s := begin(t, stack.Options{Program: stack.Control(t, "wasl_control_unsealed")})
	d, e := s.example()
	s.people([]*robot.Definition{d})
	last := s.send(d, e)
	s.until(s.track(last), s.demo.Portal+"/fr/cases/"+last.Reference, "receipt.json?proof") // the office has it
	if err := s.demo.Stop(); err != nil {
		t.Error(err)
	}
	words := s.plant.all()
	f := newFinder(words)
	for i, side := range []string{"public", "office"} {
		for what, places := range map[string][]place{"files": below(t, filepath.Join(s.demo.Dir, side)), "store": rows(t, s.demo.Stores[i])} {
			found := map[string]bool{}
			search(f, places, func(_ string, args ...any) {
				word, _, _ := strings.Cut(fmt.Sprint(args[1]), " as ")
				found[word] = true
			})
			t.Logf("caught: %d of %d words lie in the %s of %s", len(found), len(words), what, side)
			if len(found) < len(words)/4 {
				t.Errorf("only %d of %d words were found in the %s of %s", len(found), len(words), what, side)
			}
		}
	}
}
