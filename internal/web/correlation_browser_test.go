package web_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"gradlab/internal/palette"
)

// mapPixels are those of the first correlation map.
const mapPixels = `(() => {
	const c = document.querySelector("#chart-correlation .surface canvas");
	return [...c.getContext("2d").getImageData(0, 0, c.width, c.height).data];
})()`

// Alike channels together: rows, columns, labels and table in one order, which is a
// choice, in the link, and off at first.
func TestCorrelatedChannelsTogether(t *testing.T) {
	b := newBrowser(t)
	s := newServer(t)
	const settings = fast + "&steps=40&method=barlow&lambda=0"
	s.finish(s.start(settings))
	p := b.open(s.URL+"/lab?"+settings, 1440, 900, "light")
	p.wait("the map is drawn", `document.querySelector("#chart-correlation [data-heat-unit]").textContent.endsWith("step 39")`)
	p.painted()
	f := s.lastFrames(eval[string](p, `gradlab.lanes()[0].run`))["correlation"]
	check := func(p *tab, order []int) {
		t.Helper()
		pixels := eval[[]int](p, mapPixels)
		if len(pixels) != 4*len(f.Data) {
			t.Fatalf("%d bytes for %d elements", len(pixels), len(f.Data))
		}
		for k := range f.Data {
			want := palette.Diverging[palette.DivergingAt(float64(f.At(order[k/f.Cols], order[k%f.Cols])))]
			if got := (palette.RGB{R: uint8(pixels[4*k]), G: uint8(pixels[4*k+1]), B: uint8(pixels[4*k+2])}); got != want {
				t.Fatalf("row %d, column %d is drawn %s, channels %d and %d are %s", k/f.Cols, k%f.Cols, got.Hex(), order[k/f.Cols], order[k%f.Cols], want.Hex())
			}
		}
	}
	channels := func(p *tab) []int {
		t.Helper()
		var order []int
		for _, text := range eval[[]string](p, `[...document.querySelectorAll("#chart-correlation [data-panel-data] tbody tr")].map(r => r.cells[0].textContent)`) {
			n, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			order = append(order, n)
		}
		return order
	}
	p.press("#chart-correlation [data-numbers]")
	numbers := channels(p)
	check(p, numbers)
	if !slices.IsSorted(numbers) || len(numbers) != f.Rows || strings.Contains(eval[string](p, `location.hash`), "order") {
		t.Fatalf("at first the channels stand as %v, and the link says %s", numbers, eval[string](p, `location.hash`))
	}

	p.press("#chart-correlation [data-order]")
	together := channels(p)
	check(p, together)
	if sorted := slices.Sorted(slices.Values(together)); !slices.Equal(sorted, numbers) || slices.Equal(together, numbers) {
		t.Fatalf("the order is %v", together)
	}
	// neighbours are more alike than by number
	alike := func(order []int) (sum float64) {
		for k := range order[1:] {
			sum += max(float64(f.At(order[k], order[k+1])), -float64(f.At(order[k], order[k+1])))
		}
		return sum
	}
	if alike(together) <= alike(numbers) {
		t.Errorf("neighbours add up to %.2f, by number to %.2f", alike(together), alike(numbers))
	}
	eval[bool](p, `(document.querySelector("#chart-correlation .surface").focus(), true)`)
	p.key(kb.ArrowDown)
	if said, want := eval[string](p, `document.querySelector("#chart-correlation .map p").textContent`), fmt.Sprintf("channels (%d, %d)", together[1], together[0]); !strings.Contains(said, want) {
		t.Errorf("the second row reads %q, not %q", said, want)
	}
	p.accessible("channels in another order")

	link := eval[string](p, `document.querySelector("[data-link]").value`)
	if !strings.HasSuffix(link, "order=alike") {
		t.Fatalf("the link is %s", link)
	}
	fresh := b.open(link, 1280, 720, "dark")
	fresh.wait("the order is in the link", `document.querySelector("[data-order][aria-pressed=true]") && document.querySelector("#chart-correlation [data-heat-unit]").textContent.endsWith("step 39")`)
	check(fresh, together)
	p.press("#chart-correlation [data-order]")
	check(p, numbers)
	p.clean("in any order")
	fresh.clean("from the link")
}
