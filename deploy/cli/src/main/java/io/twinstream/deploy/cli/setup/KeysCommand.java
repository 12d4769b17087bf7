package io.twinstream.deploy.cli.setup;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.settings.ModelSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups {@code keys generate}. */
@Command(
        name = "keys",
        description = "Makes the keys that published models are signed and checked with.",
        footer = "  twinstream keys generate --out keys/",
        subcommands = {KeysCommand.Generate.class})
public final class KeysCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec, "spec").commandLine(), "say what to do: generate");
    }

    /** Makes a pair of keys. */
    @Command(
            name = "generate",
            description =
                    "Writes a new Ed25519 key pair as PEM, which OpenSSL reads too: the private key signs published "
                            + "models, the public one checks them. Overwrites nothing.",
            footer = "  twinstream keys generate --out keys/ --name release")
    static final class Generate implements Callable<Integer> {
        private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,99}");

        @Spec
        private @Nullable CommandSpec spec;

        @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "Folder for the two files.")
        private Path folder = Path.of("");

        @Option(
                names = "--name",
                paramLabel = "NAME",
                defaultValue = "twinstream",
                description = "The files are NAME.private.pem and NAME.public.pem (default: ${DEFAULT-VALUE}).")
        private String name = "";

        @Override
        public Integer call() throws IOException {
            if (!NAME.matcher(name).matches()) {
                throw new CommandException(
                        ExitCodes.USAGE,
                        "--name is 1 to 100 of the characters a-z A-Z 0-9 . _ - and begins with no dot");
            }
            Files.createDirectories(folder);
            Path secret = free(folder.resolve(name + ".private.pem"));
            Path open = free(folder.resolve(name + ".public.pem"));
            KeyPair pair = Ed25519Keys.generate();
            write(secret, Ed25519Keys.pem(pair.getPrivate()), ownerOnly());
            write(open, Ed25519Keys.pem(pair.getPublic()));
            Output out = Output.of(spec);
            out.println("%s: keep it secret, and publish with --set %s=%s"
                    .formatted(secret, ModelSettings.SIGNING_KEY, secret));
            out.println("%s: give it to every verifier, which takes no other models with --set %s=%s"
                    .formatted(open, ModelSettings.TRUSTED_KEYS, open));
            return ExitCodes.OK;
        }

        private static Path free(Path file) {
            if (Files.exists(file)) {
                throw taken(file);
            }
            return file;
        }

        private static CommandException taken(Path file) {
            return new CommandException(
                    ExitCodes.FAILURE, "%s exists and stays as it is: take another --name or --out".formatted(file));
        }

        /** Returns attributes that keep a file its owner's alone from its first moment on. */
        private FileAttribute<?>[] ownerOnly() {
            return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                    }
                    : new FileAttribute<?>[0];
        }

        private static void write(Path file, String text, FileAttribute<?>... attributes) throws IOException {
            Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (SeekableByteChannel channel = Files.newByteChannel(file, fresh, attributes)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (FileAlreadyExistsException e) {
                throw taken(file);
            }
        }
    }
}
