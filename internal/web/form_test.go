package web_test

import (
	"regexp"
	"strings"
	"testing"
)

// The form marks what was published and says whose it is: on sliders, of the option that another is chosen
// instead of, and in words; and says of the chosen method what it does.
func TestTheFormSaysWhatWasPublished(t *testing.T) {
	s := newServer(t)
	_, page := s.do("GET", "/lab?method=simsiam&target=shared&batch=512", asPage, "")
	for _, want := range []string{
		">Stop-gradient (published)</option>", "Published: Stop-gradient, SimSiam.", ">Two layers</option>", "Published: Two layers, SimSiam.", "Published: 512, SimSiam.",
		"Published: 0.1, 0.05 x batch / 256 for all methods in Tao et al., 2022.", "Published: 256, to which the learning rate of 0.05 belongs for all methods in Tao et al., 2022.",
		"Published: 5 epochs, for all methods", "Published: ResNet-50, for all methods",
		`<p class="aside" id="method-doc">SimSiam is BYOL without the slow copy`, ` aria-describedby="method-doc"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the form does not say %q", want)
		}
	}
	for _, key := range []string{"lr", "batch", "projector.width", "predictor.width", "momentum"} {
		field := page[strings.Index(page, `data-field="`+key+`"`):]
		field, _, _ = strings.Cut(field, `type="range"`)
		if !regexp.MustCompile(`<svg class="tick"[^>]*><line x1="[0-9.]+%"`).MatchString(field) {
			t.Errorf("the slider of %s has no mark", key)
		}
	}
}
