"""Classical models as skl2onnx and onnxmltools export them, with what onnxruntime makes of them: pipelines.npz.

    python -m pip install -r requirements-pipelines.txt
    python make_pipelines.py

The data sets are those that scikit-learn ships, and nothing rescales them but what is in a pipeline. A
third of the samples trains no model: of those, up to HELD are held out and compared. Samples for the
calibration are of the others. For each model

- `NAME.model` (bytes), `NAME.kind` and `NAME.data` (text) say what it is,
- `NAME.cal.TENSOR` and `NAME.in.TENSOR` are the samples, with a first axis of samples,
- `NAME.label.TENSOR`, `NAME.probability.TENSOR` and `NAME.value.TENSOR` are what onnxruntime gives for
  the samples held out: classes (for strings, their places among the classes, which `NAME.names` lists),
  probabilities, and all other numbers, with `NAME.range.TENSOR`: of a regression the range of the
  target, of scores their own.

Everything is seeded. Models are small on purpose: a test compiles each and computes its witnesses.
"""

import warnings
from pathlib import Path

import lightgbm
import numpy as np
import xgboost
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as MlFloat
from onnxruntime import InferenceSession
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn import cluster, datasets, ensemble, linear_model, naive_bayes, neighbors, preprocessing, svm, tree
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline

HERE = Path(__file__).resolve().parent
SEED = 7
HELD = 40
SEEN = 40
OPSET = {"": 18, "ai.onnx.ml": 3}
LOAD = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
    "diabetes": lambda: datasets.load_diabetes(scaled=False),
    "linnerud": datasets.load_linnerud,
}
warnings.filterwarnings("ignore")
cases = {}


def words(data):
    """The names of the classes of a data set."""
    return np.array([str(n) for n in LOAD[data]().target_names])


def split(data, strings):
    d = LOAD[data]()
    x, y = d.data.astype(np.float32), d.target
    if strings:
        y = words(data)[y]
    parts = train_test_split(x, y, test_size=0.34, random_state=SEED, stratify=y if d.target.ndim == 1 and len(set(d.target)) < 20 else None)
    return parts[0], parts[2], parts[1]


def table(result, classes):
    """Probabilities as an array: ZipMap makes a list of dictionaries."""
    if isinstance(result, list):
        return np.array([[row[c] for c in classes] for row in result], np.float32)
    return result


def keep(name, kind, data, onnx, held, seen, classes, y, scores):
    # The exporters keep them in a set.
    onnx.opset_import.sort(key=lambda o: o.domain)
    raw = onnx.SerializeToString()
    session = InferenceSession(raw, providers=["CPUExecutionProvider"])
    [given] = session.get_inputs()
    cases[f"{name}.model"] = np.frombuffer(raw, np.uint8)
    cases[f"{name}.kind"] = np.frombuffer(kind.encode(), np.uint8)
    cases[f"{name}.data"] = np.frombuffer(data.encode(), np.uint8)
    cases[f"{name}.cal.{given.name}"] = seen[:, None]
    cases[f"{name}.in.{given.name}"] = held[:, None]
    rows = [session.run(None, {given.name: row[None]}) for row in held]
    for k, out in enumerate(session.get_outputs()):
        part = np.stack([table(r[k], classes) for r in rows])
        if classes is not None and k == 0:
            # The places of the strings.
            if part.dtype.kind in "OU":
                cases[f"{name}.names"] = np.frombuffer("\n".join(classes).encode(), np.uint8)
                part = np.searchsorted(classes, part)
            cases[f"{name}.label.{out.name}"] = part.astype(np.int64)
        elif classes is not None and not scores:
            cases[f"{name}.probability.{out.name}"] = part.astype(np.float32)
        elif part.dtype.kind == "i":
            cases[f"{name}.label.{out.name}"] = part
        else:
            of = part if classes is not None or y is None else y
            cases[f"{name}.value.{out.name}"] = part.astype(np.float32)
            cases[f"{name}.range.{out.name}"] = np.array([np.ptp(of)], np.float64)


def trained(model, data, strings):
    train, y, rest = split(data, strings)
    model.fit(train, y)
    return train, y, rest


def skl(name, kind, data, model, zipmap=False, strings=False, scores=False, options=None):
    """A model of scikit-learn; `scores`: its second result is no probability."""
    train, y, rest = trained(model, data, strings)
    classes = getattr(model, "classes_", None)
    own = {} if classes is None else {"zipmap": zipmap}
    own.update(options or {})
    onnx = to_onnx(model, initial_types=[("X", FloatTensorType([None, train.shape[1]]))], options={id(model): own}, target_opset=OPSET)
    # A clustering predicts nothing that was given.
    of = None if hasattr(model, "cluster_centers_") else y
    keep(name, kind, data, onnx, rest[:HELD], train[:SEEN], classes, of, scores)


def boosted(name, kind, data, model, convert, zipmap=True, **fit):
    train, y, rest = split(data, False)
    model.fit(train, y, **fit)
    classes = getattr(model, "classes_", None)
    more = {} if classes is None or convert is convert_xgboost else {"zipmap": zipmap}
    onnx = convert(model, name=name, initial_types=[("input", MlFloat([None, train.shape[1]]))], target_opset=15, **more)
    keep(name, kind, data, onnx, rest[:HELD], train[:SEEN], classes, y, False)


def linear():
    skl("logistic_iris", "LogisticRegression", "iris", linear_model.LogisticRegression(max_iter=2000), zipmap=True, strings=True)
    skl("logistic_wine", "LogisticRegression", "wine", linear_model.LogisticRegression(max_iter=9000))
    skl("logistic_cancer", "LogisticRegression", "cancer", linear_model.LogisticRegression(max_iter=9000), strings=True)
    skl("sgd_cancer", "StandardScaler, SGDClassifier", "cancer", make_pipeline(preprocessing.StandardScaler(), linear_model.SGDClassifier(loss="log_loss", random_state=SEED)), zipmap=True)
    skl("sgd_wine", "SGDClassifier", "wine", linear_model.SGDClassifier(loss="log_loss", random_state=SEED, max_iter=3000))
    skl("ridge_classes", "RobustScaler, RidgeClassifier", "wine", make_pipeline(preprocessing.RobustScaler(), linear_model.RidgeClassifier()), scores=True)
    skl("lda_wine", "LinearDiscriminantAnalysis", "wine", LinearDiscriminantAnalysis())
    skl("qda_iris", "QuadraticDiscriminantAnalysis", "iris", QuadraticDiscriminantAnalysis())
    skl("qda_wine", "QuadraticDiscriminantAnalysis", "wine", QuadraticDiscriminantAnalysis(reg_param=0.05), zipmap=True)
    skl("linear_diabetes", "LinearRegression", "diabetes", linear_model.LinearRegression())
    skl("lasso_diabetes", "Lasso", "diabetes", linear_model.Lasso(alpha=0.3))
    skl("linear_linnerud", "LinearRegression", "linnerud", linear_model.LinearRegression())
    skl("pls_linnerud", "PLSRegression", "linnerud", PLSRegression(2))
    skl("poly_diabetes", "StandardScaler, PolynomialFeatures, Ridge", "diabetes", make_pipeline(preprocessing.StandardScaler(), preprocessing.PolynomialFeatures(2), linear_model.Ridge(10.0)))
    skl("poisson_diabetes", "PoissonRegressor", "diabetes", make_pipeline(preprocessing.StandardScaler(), linear_model.PoissonRegressor()))


def bayes():
    skl("gnb_iris", "GaussianNB", "iris", naive_bayes.GaussianNB(), zipmap=True, strings=True)
    skl("gnb_wine", "GaussianNB", "wine", naive_bayes.GaussianNB())
    skl("gnb_cancer", "GaussianNB", "cancer", naive_bayes.GaussianNB())
    skl("multinomial_digits", "MultinomialNB", "digits", naive_bayes.MultinomialNB())
    skl("bernoulli_digits", "BernoulliNB", "digits", naive_bayes.BernoulliNB(binarize=7.5))


def machines():
    skl("svc_iris", "StandardScaler, SVC", "iris", make_pipeline(preprocessing.StandardScaler(), svm.SVC()), strings=True, scores=True)
    skl("svc_cancer", "StandardScaler, SVC with probabilities", "cancer", make_pipeline(preprocessing.StandardScaler(), svm.SVC(C=0.1, probability=True, random_state=SEED)), zipmap=True)
    skl("svc_wine", "StandardScaler, SVC", "wine", make_pipeline(preprocessing.StandardScaler(), svm.SVC()), scores=True)
    skl("svr_diabetes", "StandardScaler, SVR", "diabetes", make_pipeline(preprocessing.StandardScaler(), svm.SVR(C=20.0, epsilon=30.0)))
    skl("calibrated_iris", "CalibratedClassifierCV of LinearSVC", "iris", CalibratedClassifierCV(svm.LinearSVC(random_state=SEED), cv=3))
    skl("calibrated_wine", "CalibratedClassifierCV of GaussianNB", "wine", CalibratedClassifierCV(naive_bayes.GaussianNB(), cv=2))
    skl("rest_wine", "MinMaxScaler, OneVsRestClassifier", "wine", make_pipeline(preprocessing.MinMaxScaler(), OneVsRestClassifier(linear_model.LogisticRegression())))


def networks():
    skl("mlp_iris", "MLPClassifier", "iris", MLPClassifier((16,), max_iter=2000, random_state=SEED), zipmap=True, strings=True)
    skl("mlp_wine", "StandardScaler, PCA, MLPClassifier", "wine", make_pipeline(preprocessing.StandardScaler(), PCA(6, random_state=SEED), MLPClassifier((12, 8), max_iter=900, random_state=SEED)))
    skl("mlp_cancer", "StandardScaler, MLPClassifier of tanh", "cancer", make_pipeline(preprocessing.StandardScaler(), MLPClassifier((8,), activation="tanh", max_iter=900, random_state=SEED)))
    skl("mlp_diabetes", "StandardScaler, MLPRegressor", "diabetes", make_pipeline(preprocessing.StandardScaler(), MLPRegressor(hidden_layer_sizes=(8, 8), activation="logistic", solver="lbfgs", max_iter=400, random_state=SEED)))
    skl("pca_digits", "StandardScaler, PCA, LogisticRegression", "digits", make_pipeline(preprocessing.StandardScaler(), PCA(16, random_state=SEED), linear_model.LogisticRegression(max_iter=900)))
    columns = ColumnTransformer([("a", preprocessing.StandardScaler(), [0, 2, 4]), ("b", preprocessing.MinMaxScaler(), [1, 3, 12])])
    skl("columns_wine", "ColumnTransformer, LogisticRegression", "wine", make_pipeline(columns, linear_model.LogisticRegression()), zipmap=True, strings=True)
    best = make_pipeline(SimpleImputer(), SelectKBest(k=6), preprocessing.StandardScaler(), linear_model.LogisticRegression(max_iter=900))
    skl("best_cancer", "SimpleImputer, SelectKBest, StandardScaler, LogisticRegression", "cancer", best)


def near():
    skl("kmeans_iris", "KMeans", "iris", cluster.KMeans(3, random_state=SEED, n_init=3))
    skl("kmeans_wine", "StandardScaler, KMeans", "wine", cluster.KMeans(5, random_state=SEED, n_init=3))
    skl("knn_wine", "StandardScaler, KNeighborsClassifier", "wine", make_pipeline(preprocessing.StandardScaler(), neighbors.KNeighborsClassifier(3)))


def trees():
    skl("tree_iris", "DecisionTreeClassifier", "iris", tree.DecisionTreeClassifier(max_depth=5, random_state=SEED), zipmap=True, strings=True)
    skl("tree_diabetes", "DecisionTreeRegressor", "diabetes", tree.DecisionTreeRegressor(max_depth=5, random_state=SEED))
    skl("forest_wine", "RandomForestClassifier", "wine", ensemble.RandomForestClassifier(10, max_depth=5, random_state=SEED), zipmap=True)
    skl("forest_diabetes", "RandomForestRegressor", "diabetes", ensemble.RandomForestRegressor(8, max_depth=5, random_state=SEED))
    skl("extra_digits", "ExtraTreesClassifier", "digits", ensemble.ExtraTreesClassifier(8, max_depth=6, random_state=SEED))
    # As they are made without a limit: paths of 12 and 18 steps.
    skl("tree_diabetes_deep", "DecisionTreeRegressor", "diabetes", tree.DecisionTreeRegressor(random_state=SEED))
    skl("forest_wine_default", "RandomForestClassifier", "wine", ensemble.RandomForestClassifier(random_state=SEED))
    skl("forest_cancer_default", "RandomForestClassifier", "cancer", ensemble.RandomForestClassifier(random_state=SEED))
    skl("gradient_cancer", "GradientBoostingClassifier", "cancer", ensemble.GradientBoostingClassifier(n_estimators=12, random_state=SEED))
    skl("gradient_diabetes", "GradientBoostingRegressor", "diabetes", ensemble.GradientBoostingRegressor(n_estimators=15, random_state=SEED))
    skl("adaboost_wine", "AdaBoostClassifier", "wine", ensemble.AdaBoostClassifier(n_estimators=8, random_state=SEED), zipmap=True, strings=True)
    skl("adaboost_cancer", "AdaBoostClassifier", "cancer", ensemble.AdaBoostClassifier(n_estimators=8, random_state=SEED))
    skl("bagging_iris", "BaggingClassifier", "iris", ensemble.BaggingClassifier(n_estimators=4, random_state=SEED))
    votes = [("a", linear_model.LogisticRegression(max_iter=2000)), ("b", naive_bayes.GaussianNB()), ("c", tree.DecisionTreeClassifier(max_depth=3, random_state=SEED))]
    skl("voting_iris", "VotingClassifier", "iris", ensemble.VotingClassifier(votes, voting="soft", flatten_transform=False))
    skl("stacking_iris", "StackingClassifier", "iris", ensemble.StackingClassifier(votes[1:], linear_model.LogisticRegression(), cv=3))


def boosting():
    few = {"n_estimators": 6, "num_leaves": 6, "random_state": SEED, "n_jobs": 1, "verbose": -1, "deterministic": True}
    light = lambda *a, **k: boosted(*a, convert_lightgbm, **k)
    light("lgb_wine", "LGBMClassifier", "wine", lightgbm.LGBMClassifier(**few))
    light("lgb_cancer", "LGBMClassifier", "cancer", lightgbm.LGBMClassifier(**few), zipmap=False)
    light("lgb_diabetes", "LGBMRegressor", "diabetes", lightgbm.LGBMRegressor(**{**few, "n_estimators": 12}))
    of = {**few, "min_data_per_group": 5, "cat_smooth": 1.0, "max_cat_to_onehot": 2}
    light("lgb_categories", "LGBMClassifier with categories", "digits", lightgbm.LGBMClassifier(**{**of, "n_estimators": 1, "num_leaves": 4}), zipmap=False, categorical_feature=[21, 36, 42])
    light("lgb_category", "LGBMRegressor with a category", "diabetes", lightgbm.LGBMRegressor(**of), categorical_feature=[1])
    few = {"n_estimators": 6, "max_depth": 3, "random_state": SEED, "n_jobs": 1}
    extreme = lambda *a, **k: boosted(*a, convert_xgboost, **k)
    extreme("xgb_iris", "XGBClassifier", "iris", xgboost.XGBClassifier(**few))
    extreme("xgb_cancer", "XGBClassifier", "cancer", xgboost.XGBClassifier(**few))
    extreme("xgb_diabetes", "XGBRegressor", "diabetes", xgboost.XGBRegressor(**{**few, "n_estimators": 20}))


def thresholds():
    """Trees whose thresholds are training data, or far apart in size, or many on one path; held out are samples
    that they were trained on, so that some are equal to a threshold."""
    random = np.random.default_rng(SEED)

    def own(name, kind, model, x, y, extreme=False):
        x = x.astype(np.float32)
        model.fit(x, y)
        shape = [None, x.shape[1]]
        if extreme:
            onnx = convert_xgboost(model, name=name, initial_types=[("input", MlFloat(shape))], target_opset=15)
        else:
            options = {id(model): {"zipmap": False}} if hasattr(model, "classes_") else None
            onnx = to_onnx(model, initial_types=[("X", FloatTensorType(shape))], options=options, target_opset=OPSET)
        keep(name, kind, "made", onnx, x[:HELD], x[HELD:2 * HELD], getattr(model, "classes_", None), y, False)

    x = random.normal(size=(400, 6))
    y = x[:, 0] * 2 + np.sin(3 * x[:, 1]) + (x[:, 2] > 0.3) + x[:, 3] * x[:, 4]
    few = dict(n_estimators=20, max_depth=4, random_state=SEED, tree_method="hist")
    own("ties_xgb", "XGBRegressor", xgboost.XGBRegressor(**few), x, y, extreme=True)
    own("ties_xgb_classes", "XGBClassifier", xgboost.XGBClassifier(**few), x, (y > np.median(y)).astype(int), extreme=True)
    scales = np.stack([np.exp(random.normal(22, 2, 600)), random.uniform(0, 0.1, 600), random.normal(1013.25, 0.1, 600), random.integers(19000, 19800, 600)], axis=1)
    far = (scales[:, 1] > 0.05).astype(int) + (scales[:, 2] > 1013.25) + (scales[:, 3] > 19400) + (scales[:, 0] > 3e9)
    own("scales_tree", "DecisionTreeClassifier", tree.DecisionTreeClassifier(random_state=SEED), scales, far)
    line = np.sort(random.normal(size=(600, 1)), axis=0)
    own("deep_tree", "DecisionTreeRegressor", tree.DecisionTreeRegressor(random_state=SEED), random.permutation(line), random.normal(size=600))


if __name__ == "__main__":
    for part in (linear, bayes, machines, networks, near, trees, boosting, thresholds):
        part()
    np.savez_compressed(HERE / "pipelines.npz", **cases)
    print(len([n for n in cases if n.endswith(".model")]), "models")
