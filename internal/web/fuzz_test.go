package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// An upload is measured, or refused for what is wrong with it; the form's border is
// the fuzzer's, its type is not.
func FuzzUpload(f *testing.F) {
	s := newServer(f)
	made, kind := form(part{"x1", "x1.npy", embeddings(4, 2, "one", 0.1)}, part{"x2", "x2.npy", embeddings(4, 2, "two", 0.1)}, part{"method", "", []byte("barlow")})
	const border = "border"
	_, old, _ := strings.Cut(kind, "boundary=")
	body := strings.ReplaceAll(string(made), old, border)
	f.Add(body)
	f.Add(body[:len(body)/2])
	f.Add(strings.Replace(body, "(4, 2)", "(4294967296, 4294967296)", 1))
	f.Add("--" + border + "\r\nContent-Disposition: form-data; name=\"x1\"; filename=\"a\"\r\n\r\n\x93NUMPY\x01\x00\xff\xff{")
	f.Add("--" + border + "--")
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", "/probe", strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary="+border)
		r.Header.Set("Accept", asJSON)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code != 200 && !strings.Contains(w.Body.String(), `"message"`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// A form of settings is refused for what is wrong with it, or it names its runs. The
// key that is none keeps the engine out of it.
func FuzzSubmit(f *testing.F) {
	s := newServer(f)
	for _, seed := range []string{"", "method=byol", "keep=2", "keep=1&keep=0", "b.method=barlow&g.lr=1", "a;b&%zz", "at=1&then.at=2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", "/runs", strings.NewReader("hostile=1&"+body))
		r.Header.Set("Accept", asJSON)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if (w.Code < 400 || w.Code >= 500) || !strings.Contains(w.Body.String(), `"message"`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
