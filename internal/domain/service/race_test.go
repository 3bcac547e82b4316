package service

import (
	"sync"
	"testing"
)

// Services are compiled, read and shown by many at once.
func TestConcurrent(t *testing.T) {
	tr := territory(t)
	var wg sync.WaitGroup
	for _, id := range List(tree) {
		for range 2 {
			wg.Go(func() {
				b, _ := ReadBundle(tree, id)
				d, found := b.Compile()
				if d == nil {
					t.Error(found)
					return
				}
				var inner sync.WaitGroup
				for range 3 {
					inner.Go(func() {
						d.Schema()
						for _, e := range d.Examples() {
							r := e.run(d, tr)
							d.Show("ar", r)
							d.Sections(r)
						}
					})
				}
				inner.Wait()
			})
		}
	}
	wg.Wait()
}
