"""The AWS accounts that hold SageMaker's images, by Region: data, with where each comes from.

AWS publishes them in two places, which agree wherever both have a Region:

- https://github.com/aws/sagemaker-python-sdk, `image_uri_config/*.json`, as it stood on 2026-11-23: all of them but
  the next; its file is named below;
- https://aws.github.io/deep-learning-containers/reference/region_availability/: the Deep Learning Containers, XGBoost
  and scikit-learn, without GovCloud and the isolated partitions.

`eusc-de-east-1` is in neither; it comes from aws-cdk-lib's `region-info`. The guide's own pages, one a Region
(https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html), are retired.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# the algorithms' account in the Regions that have one for all of them
_ONE_ACCOUNT: Final = {
    "af-south-1": "455444449433",
    "ap-east-1": "286214385809",
    "ap-northeast-3": "867004704886",
    "ap-south-1": "991648021394",
    "ap-south-2": "628508329040",
    "ap-southeast-1": "475088953585",
    "ap-southeast-3": "951798379941",
    "ap-southeast-4": "106583098589",
    "ca-central-1": "469771592824",
    "ca-west-1": "190319476487",
    "cn-north-1": "390948362332",
    "cn-northwest-1": "387376663083",
    "eu-central-2": "680994064768",
    "eu-north-1": "669576153137",
    "eu-south-1": "257386234256",
    "eu-south-2": "104374241257",
    "eu-west-2": "644912444149",
    "eu-west-3": "749696950732",
    "il-central-1": "898809789911",
    "me-central-1": "272398656194",
    "me-south-1": "249704162688",
    "sa-east-1": "855470959533",
    "us-gov-east-1": "237065988967",
    "us-gov-west-1": "226302683700",
    "us-iso-east-1": "490574956308",
    "us-isob-east-1": "765400339828",
    "us-isof-east-1": "108575199400",
    "us-isof-south-1": "124985052026",
    "us-west-1": "632365934929",
}

# blazingtext.json, image-classification.json, object-detection.json, semantic-segmentation.json, seq2seq.json
_TEXT_AND_VISION: Final = {
    **_ONE_ACCOUNT,
    "ap-northeast-1": "501404015308",
    "ap-northeast-2": "306986355934",
    "ap-southeast-2": "544295431143",
    "eu-central-1": "813361260812",
    "eu-west-1": "685385470294",
    "us-east-1": "811284229777",
    "us-east-2": "825641698319",
    "us-west-2": "433757028032",
}

# factorization-machines.json, ipinsights.json, kmeans.json, knn.json, linear-learner.json, ntm.json, object2vec.json,
# pca.json, randomcutforest.json
_VECTORS: Final = {
    **_ONE_ACCOUNT,
    "ap-northeast-1": "351501993468",
    "ap-northeast-2": "835164637446",
    "ap-southeast-2": "712309505854",
    "eu-central-1": "664544806723",
    "eu-west-1": "438346466558",
    "us-east-1": "382416733822",
    "us-east-2": "404615174143",
    "us-west-2": "174872318107",
}

# forecasting-deepar.json
_FORECASTING: Final = {
    **_ONE_ACCOUNT,
    "ap-northeast-1": "633353088612",
    "ap-northeast-2": "204372634319",
    "ap-southeast-2": "514117268639",
    "eu-central-1": "495149712605",
    "eu-west-1": "224300973850",
    "us-east-1": "522234722520",
    "us-east-2": "566113047672",
    "us-west-2": "156387875391",
}

# lda.json
_TOPICS: Final = {
    "ap-northeast-1": "258307448986",
    "ap-northeast-2": "293181348795",
    "ap-south-1": "991648021394",
    "ap-southeast-1": "475088953585",
    "ap-southeast-2": "297031611018",
    "ca-central-1": "469771592824",
    "eu-central-1": "353608530281",
    "eu-west-1": "999678624901",
    "eu-west-2": "644912444149",
    "us-east-1": "766337827248",
    "us-east-2": "999911452149",
    "us-gov-west-1": "226302683700",
    "us-iso-east-1": "490574956308",
    "us-isob-east-1": "765400339828",
    "us-west-1": "632365934929",
    "us-west-2": "266724342769",
}

# xgboost.json, version 1: where the algorithms above are, but for the newer Regions
_FIRST_XGBOOST: Final = {
    region: account
    for region, account in _TEXT_AND_VISION.items()
    if region not in {"ca-west-1", "il-central-1", "us-isof-east-1", "us-isof-south-1"}
}

# xgboost.json, all later versions, and sklearn.json
_FRAMEWORKS: Final = {
    "af-south-1": "510948584623",
    "ap-east-1": "651117190479",
    "ap-northeast-1": "354813040037",
    "ap-northeast-2": "366743142698",
    "ap-northeast-3": "867004704886",
    "ap-south-1": "720646828776",
    "ap-south-2": "628508329040",
    "ap-southeast-1": "121021644041",
    "ap-southeast-2": "783357654285",
    "ap-southeast-3": "951798379941",
    "ap-southeast-4": "106583098589",
    "ca-central-1": "341280168497",
    "ca-west-1": "190319476487",
    "cn-north-1": "450853457545",
    "cn-northwest-1": "451049120500",
    "eu-central-1": "492215442770",
    "eu-central-2": "680994064768",
    "eu-north-1": "662702820516",
    "eu-south-1": "978288397137",
    "eu-south-2": "104374241257",
    "eu-west-1": "141502667606",
    "eu-west-2": "764974769150",
    "eu-west-3": "659782779980",
    "il-central-1": "898809789911",
    "me-central-1": "272398656194",
    "me-south-1": "801668240914",
    "sa-east-1": "737474898029",
    "us-east-1": "683313688378",
    "us-east-2": "257758044811",
    "us-gov-east-1": "237065988967",
    "us-gov-west-1": "414596584902",
    "us-iso-east-1": "833128469047",
    "us-isob-east-1": "281123927165",
    "us-isof-east-1": "108575199400",
    "us-isof-south-1": "124985052026",
    "us-west-1": "746614075791",
    "us-west-2": "246618743249",
}

# pytorch.json, version 2.3.0, which has the most Regions
_DEEP_LEARNING_CONTAINERS: Final = {
    "af-south-1": "626614931356",
    "ap-east-1": "871362719292",
    "ap-east-2": "975050140332",
    "ap-northeast-1": "763104351884",
    "ap-northeast-2": "763104351884",
    "ap-northeast-3": "364406365360",
    "ap-south-1": "763104351884",
    "ap-south-2": "772153158452",
    "ap-southeast-1": "763104351884",
    "ap-southeast-2": "763104351884",
    "ap-southeast-3": "907027046896",
    "ap-southeast-4": "457447274322",
    "ap-southeast-5": "550225433462",
    "ap-southeast-6": "633930458069",
    "ap-southeast-7": "590183813437",
    "ca-central-1": "763104351884",
    "ca-west-1": "204538143572",
    "cn-north-1": "727897471807",
    "cn-northwest-1": "727897471807",
    "eu-central-1": "763104351884",
    "eu-central-2": "380420809688",
    "eu-north-1": "763104351884",
    "eu-south-1": "692866216735",
    "eu-south-2": "503227376785",
    "eu-west-1": "763104351884",
    "eu-west-2": "763104351884",
    "eu-west-3": "763104351884",
    "eusc-de-east-1": "204133271717",
    "il-central-1": "780543022126",
    "me-central-1": "914824155844",
    "me-south-1": "217643126080",
    "mx-central-1": "637423239942",
    "sa-east-1": "763104351884",
    "us-east-1": "763104351884",
    "us-east-2": "763104351884",
    "us-gov-east-1": "446045086412",
    "us-gov-west-1": "442386744353",
    "us-iso-east-1": "886529160074",
    "us-isob-east-1": "094389454867",
    "us-isof-east-1": "303241398832",
    "us-isof-south-1": "454834333376",
    "us-west-1": "763104351884",
    "us-west-2": "763104351884",
}

ACCOUNTS: Final[Mapping[str, Mapping[str, str]]] = {
    "DeepLearningContainers": _DEEP_LEARNING_CONTAINERS,
    "FirstXGBoost": _FIRST_XGBOOST,
    "Forecasting": _FORECASTING,
    "Frameworks": _FRAMEWORKS,
    "TextAndVision": _TEXT_AND_VISION,
    "Topics": _TOPICS,
    "Vectors": _VECTORS,
}
"""Each registry's name, which is alphanumeric as CloudFormation's mappings want it, and its account by Region."""
