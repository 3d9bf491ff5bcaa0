package token

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
)

// FileVariable is the setting that names a key file.
const FileVariable = "NEXUS_SIGNING_KEY_FILE"

// maxFile bounds what is read of a key file; one has a few hundred bytes.
const maxFile = 64 << 10

// readFile returns the key of a PEM file. Errors name the setting.
func readFile(path string, log *slog.Logger) (*key, error) {
	k, err := parseFile(path, log)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", FileVariable, path, err)
	}
	return k, nil
}

func parseFile(path string, log *slog.Logger) (*key, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, plain(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, plain(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("is no file")
	case info.Size() > maxFile:
		return nil, errors.New("is too big for a key")
	case info.Mode().Perm()&0o002 != 0:
		// Whoever writes the file signs in as anybody.
		return nil, fmt.Errorf("everybody may write it (mode %04o); take that away: chmod 0400", info.Mode().Perm())
	case info.Mode().Perm()&0o004 != 0:
		// Secrets that are mounted into containers often are so.
		log.Warn("every account of this machine may read the signing key; chmod 0400", "variable", FileVariable)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile))
	if err != nil {
		return nil, plain(err)
	}
	private, err := parsePEM(data)
	if err != nil {
		return nil, err
	}
	return newKey(private)
}

// parsePEM returns the one private key of a PEM file. Blocks that come along with
// keys, such as parameters and certificates, are passed over.
func parsePEM(data []byte) (any, error) {
	var private any
	var others []string
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			others = append(others, block.Type)
			continue
		}
		if private != nil {
			return nil, errors.New("has more than one private key")
		}
		var err error
		if private, err = parseBlock(block); err != nil {
			return nil, err
		}
	}
	switch {
	case private != nil:
		return private, nil
	case len(others) > 0:
		return nil, fmt.Errorf("has no private key, only %s", strings.Join(others, ", "))
	default:
		return nil, errors.New("is no PEM file with a private key")
	}
}

func parseBlock(block *pem.Block) (private any, err error) {
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
		return nil, errors.New("the key is encrypted; store it without a passphrase, readable by the server alone")
	case block.Type == "RSA PRIVATE KEY":
		return nil, errKind("for RSA")
	case block.Type == "PRIVATE KEY":
		private, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case block.Type == "EC PRIVATE KEY":
		private, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("the key is an %s; wanted PKCS #8 (PRIVATE KEY) or SEC 1 (EC PRIVATE KEY)", block.Type)
	}
	if err != nil {
		return nil, errors.New("the key cannot be read; is the file complete?")
	}
	return private, nil
}

// plain strips what the message says already: the call and the path.
func plain(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}
