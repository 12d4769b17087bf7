package io.twinstream.deploy.acceptance.accuracy;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.UndecidedCause;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Judges clothes, signs, faces, noise, textures, and drawings inverted or blurred beyond reading by the shipped models of
 * characters. At least 99 % of each kind are out of the domain, and no stranger matches. At most 0.5 % of drawings, and of ones
 * drawn anew by other pens and hands or scanned, are turned away.
 */
public final class OtherKinds implements AcceptanceCheck {
    private static final double LEAST_OUTSIDE = 0.99;
    private static final double MOST_TURNED_AWAY = 0.005;
    private static final int TEXTURES = 1_000;
    private static final int CLOTHES_EACH = 200;
    private static final int STRANGERS = 200;
    private static final double BLUR = 12;

    @Override
    public Result run(Path folder) throws Exception {
        List<Drawing> drawings = Images.read(folder).all();
        List<String> figures = new ArrayList<>();
        boolean kept = true;
        try (TemporaryFolder scratch = TemporaryFolder.create("twinstream-clothes-");
                Rig rig = new Rig()) {
            Map<String, List<byte[]>> outside = outside(folder, drawings, scratch.path());
            Map<String, List<byte[]>> inside = inside(drawings);
            Map<String, List<byte[]>> strangers = new LinkedHashMap<>();
            outside.forEach((kind, files) -> strangers.put(kind, ForeignPictures.sample(files, STRANGERS)));
            for (String name : List.of("compact", "wide")) {
                ModelPackage model = ShippedModel.read(name);
                List<String> out = new ArrayList<>();
                for (Map.Entry<String, List<byte[]>> kind : outside.entrySet()) {
                    double share = share(model, kind.getValue(), UndecidedCause.OUT_OF_DOMAIN);
                    kept &= share >= LEAST_OUTSIDE;
                    out.add("%s %.2f %%".formatted(kind.getKey(), 100 * share));
                }
                List<String> away = new ArrayList<>();
                for (Map.Entry<String, List<byte[]>> kind : inside.entrySet()) {
                    double share = share(model, kind.getValue(), null);
                    kept &= share <= MOST_TURNED_AWAY;
                    away.add("%s %.2f %%".formatted(kind.getKey(), 100 * share));
                }
                int matches = Unjudged.matches(rig, name, drawings, strangers);
                kept &= matches == 0;
                figures.add("%s: out of domain %s; turned away %s; %d strangers matched"
                        .formatted(name, String.join(", ", out), String.join(", ", away), matches));
            }
        }
        return new Result(kept, String.join("; ", figures));
    }

    private static double share(ModelPackage model, List<byte[]> files, @Nullable UndecidedCause cause) {
        return (double) Unjudged.count(model, files, cause) / files.size();
    }

    private static Map<String, List<byte[]>> outside(Path folder, List<Drawing> drawings, Path scratch)
            throws Exception {
        Map<String, List<byte[]>> outside = new LinkedHashMap<>();
        outside.put("clothes", ForeignPictures.clothes(scratch, CLOTHES_EACH));
        outside.put("signs", ForeignPictures.signs());
        outside.put("faces", ForeignPictures.faces());
        outside.put("textures", new Surfaces(7).textures(TEXTURES));
        outside.put(
                "inverted",
                Images.read(folder).inverted().all().stream().map(Drawing::png).toList());
        outside.put("blurred", anew(drawings, 4, page -> page.blurred(BLUR)));
        return outside;
    }

    private static Map<String, List<byte[]>> inside(List<Drawing> drawings) {
        Map<String, List<byte[]>> inside = new LinkedHashMap<>();
        inside.put("drawings", drawings.stream().map(Drawing::png).toList());
        inside.put("scanned", anew(drawings, 2, InkedPage::scanned));
        inside.put("thinned", anew(drawings, 2, InkedPage::thinned));
        inside.put("thickened", anew(drawings, 2, InkedPage::thickened));
        inside.put("rotated", anew(drawings, 2, InkedPage::rotated));
        inside.put("by finger", anew(drawings, 2, InkedPage::byFinger));
        return inside;
    }

    /** Returns every n-th drawing, made anew. */
    private static List<byte[]> anew(List<Drawing> drawings, int every, Function<InkedPage, byte[]> how) {
        return IntStream.range(0, drawings.size() / every)
                .parallel()
                .mapToObj(i -> how.apply(new InkedPage(drawings.get(i * every).png(), new Random(i))))
                .toList();
    }
}
