package password_test

import (
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/errs"
)

func TestPasswordsThatAreEasyToGuessAreRefused(t *testing.T) {
	t.Parallel()
	reasons := map[string][]string{
		"at least 12 characters; it has": {"", "short", "elevenchars", "äöüäöüäöüäö", "e\u0301" + strings.Repeat("x", 10)},
		"at most 1000 characters":        {strings.Repeat("otters are grey. ", 60)},
		"cannot be used":                 {"nul\x00 in the middle", "line\nbreak in it", "broken \xff UTF-8"},
		"repeats one character":          {"aaaaaaaaaaaa", "AAAAAAaaaaaaa", "............", strings.Repeat("ß", 1000)},
		"repeats a short part":           {"abcabcabcabc", "123123123123", "ottersotters", "xy7xy7xy7xy7x", "kzvkzvkzvkzvkz"},
		"sequences": {
			"123456789012", "987654321098", "abcdefghijkl", "ABCdef123456", "qwertyuiop12", "1qaz2wsx3edc",
			"asdfghjklasd1234", "poiuytrewqlkj", "aaaabbbbcccc", "qwertzuiop123", "azertyuiopqsd",
		},
		"your own address or name": {"ada.lovelace@example.org", "Ada.Lovelace", "countess1815", "1815countess!", "c0untess1815"},
		"common words and numbers": {
			"password1234", "Password2024!", "P@ssw0rd2024", "password.password", "iloveyou123456", "Welcome12345!",
			"dragonqwerty12", "unbelievable", "thisismypassword", "Summer2026!!", "123Football321", "correcthorsebatterystaple",
			"letmein123456", "nexuspassword1", "1q2w3e4r5t6y", "trustno1trustno1!", "manchesterunited",
		},
	}
	for reason, texts := range reasons {
		for _, text := range texts {
			err := password.Check(text, "ada.lovelace@example.org", "countess", "")
			switch {
			case err == nil:
				t.Errorf("%.40q is accepted, want %q", text, reason)
			case err.Code != errs.CodeBadUserInput || !strings.Contains(err.Message, reason):
				t.Errorf("%.40q: %v, want %q", text, err, reason)
			case len(text) > 3 && strings.Contains(err.Message, text):
				t.Errorf("the message shows the password %.40q", text)
			}
		}
	}
}

func TestGoodPasswordsAreTaken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"plenty of grey otters", "kX9#vLq2!wRt", "grünes Fahrrad im Regen", "wanderlust-tulip", "короткая лошадь", "雨の中の緑の自転車に乗る人",
		"dragon tulip password harbour", "482930174658", strings.Repeat("x7Q!m", 2) + "tail", "countess of nothing in particular",
		"a passphrase may hold spaces", "🦦🌲🚲🦦🎻🧀🌲🎈🚲🎻🧀🎈", strings.Repeat("the quick otter ", 62),
		"mXqfkwzjtrlp", "ünïcödé-lettres",
	} {
		if err := password.Check(text, "ada.lovelace@example.org", "countess", "a"); err != nil {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	for name, text := range map[string]string{"short": "plenty of grey otters", "longest": strings.Repeat("1qaz2wsx3e", 99) + "plenty"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_ = password.Check(text, "ada.lovelace@example.org", "countess")
			}
		})
	}
}
