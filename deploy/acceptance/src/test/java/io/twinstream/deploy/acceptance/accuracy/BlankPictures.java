package io.twinstream.deploy.acceptance.accuracy;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.UndecidedCause;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks 200 blank probes and as many blank references of each kind: none matches, and all but what is drawn in white are
 * called blank. No drawing and no face is.
 */
public final class BlankPictures implements AcceptanceCheck {
    private static final int EACH = 400;
    private static final String IN_WHITE = "white on transparent";

    @Override
    public Result run(Path folder) throws Exception {
        List<Drawing> drawings = Images.read(folder).all();
        Map<String, List<byte[]>> kinds = kinds(drawings);
        List<byte[]> contents =
                new ArrayList<>(drawings.stream().map(Drawing::png).toList());
        contents.addAll(ForeignPictures.faces());
        List<String> figures = new ArrayList<>();
        boolean kept = true;
        try (Rig rig = new Rig()) {
            for (String name : List.of("compact", "wide")) {
                ModelPackage model = ShippedModel.read(name);
                int blank = 0;
                int all = 0;
                for (Map.Entry<String, List<byte[]>> kind : kinds.entrySet()) {
                    boolean inWhite = kind.getKey().equals(IN_WHITE);
                    blank += Unjudged.count(model, kind.getValue(), inWhite ? null : UndecidedCause.BLANK);
                    all += kind.getValue().size();
                }
                int wrongly = Unjudged.count(model, contents, UndecidedCause.BLANK);
                int matches = Unjudged.matches(rig, name, drawings, kinds);
                kept &= blank == all && wrongly == 0 && matches == 0;
                figures.add(
                        "%s: %d of %d blank pictures left undecided, %d match; %d of %d drawings and faces called blank"
                                .formatted(name, blank, all, matches, wrongly, contents.size()));
            }
        }
        return new Result(kept, String.join("; ", figures));
    }

    private static Map<String, List<byte[]>> kinds(List<Drawing> drawings) {
        Surfaces surfaces = new Surfaces(6);
        Map<String, List<byte[]>> kinds = new LinkedHashMap<>();
        kinds.put("black", surfaces.even(EACH, 0));
        kinds.put("white", surfaces.even(EACH, 255));
        kinds.put("gray", surfaces.even(EACH, 128));
        kinds.put("dark camera", surfaces.dark(EACH));
        kinds.put(IN_WHITE, surfaces.whiteOnTransparent(ForeignPictures.strangers(drawings, EACH)));
        return kinds;
    }
}
